"""Publishes what a tenant used as a metric of that tenant."""

import os

import boto3

CLOUDWATCH = boto3.client("cloudwatch")


def handler(event, context):
    CLOUDWATCH.put_metric_data(
        Namespace=os.environ["NAMESPACE"],
        MetricData=[
            {
                "MetricName": "UnitsUsed",
                "Dimensions": [{"Name": "TenantId", "Value": context.tenant_id}],
                "Value": event["units"],
                "Unit": "Count",
            }
        ],
    )
