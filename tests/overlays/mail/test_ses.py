"""SES sends for verified senders alone, and everything it sends is in the inbox.

Source: https://docs.aws.amazon.com/ses/latest/dg/Welcome.html
"""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from botocore.exceptions import ClientError

from harness.observe.inbox import Inbox

SENDER, MANAGER, EMPLOYEE = "leave@example.com", "manager@example.com", "employee@example.com"
REFUSED = re.escape(
    "Email address is not verified. The following identities failed the check in region "
    "US-EAST-1: stranger@elsewhere.example"
)


@pytest.fixture(scope="module")
def ses(aws):
    client = aws("ses")
    client.verify_email_identity(EmailAddress=SENDER)
    client.verify_domain_identity(Domain="shop.example")
    return client


@pytest.fixture(scope="module")
def ses_v2(aws, ses):
    return aws("sesv2")


@pytest.fixture
def inbox(emulator, aws_account):
    return Inbox(emulator.endpoint_url, aws_account)


def message(subject, **body):
    return {
        "Subject": {"Data": subject},
        "Body": {kind: {"Data": text} for kind, text in body.items()},
    }


def simple(api, sender, subject="Hello"):
    """Send the same e-mail through either API."""
    if api.meta.service_model.service_name == "ses":
        return api.send_email(
            Source=sender,
            Destination={"ToAddresses": [MANAGER]},
            Message=message(subject, Text="Hi"),
        )
    return api.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [MANAGER]},
        Content={"Simple": message(subject, Text="Hi")},
    )


@pytest.fixture(params=["ses", "ses_v2"])
def api(request):
    return request.getfixturevalue(request.param)


def test_an_email_arrives_once_with_all_its_parts(ses, inbox):
    sent = ses.send_email(
        Source=f"Leave desk <{SENDER}>",
        Destination={
            "ToAddresses": [MANAGER],
            "CcAddresses": [EMPLOYEE],
            "BccAddresses": ["b@x.y"],
        },
        Message=message("Leave of two days", Text="Plain", Html="<b>Bold</b>"),
        ReplyToAddresses=["desk@example.com"],
    )
    (email,) = inbox.emails(subject="two days")
    assert email.id == sent["MessageId"]
    assert (email.sender, email.text, email.html) == (
        f"Leave desk <{SENDER}>",
        "Plain",
        "<b>Bold</b>",
    )
    assert email.recipients == {MANAGER, EMPLOYEE, "b@x.y"}
    assert email.reply_to == ("desk@example.com",)
    assert inbox.emails(to=EMPLOYEE.upper(), subject="two days") == [email]


def test_a_sender_that_is_not_verified_is_refused(api, inbox):
    with pytest.raises(ClientError, match=REFUSED) as refused:
        simple(api, "stranger@elsewhere.example", "Refused")
    assert refused.value.response["Error"]["Code"] == "MessageRejected"
    assert inbox.emails(subject="Refused") == []


def test_a_verified_domain_stands_for_its_addresses(api, inbox):
    for sender in ("any@shop.example", "any@mail.shop.example"):
        simple(api, sender, f"From {sender}")
        assert inbox.emails(subject=f"From {sender}")[0].sender == sender
    with pytest.raises(ClientError, match="not verified"):
        simple(api, "any@workshop.example")


def test_only_what_was_verified_is_called_so(ses):
    found = ses.get_identity_verification_attributes(Identities=[SENDER, "nobody@example.com"])
    assert list(found["VerificationAttributes"]) == [SENDER]


def test_what_is_wrong_is_told_before_who_sends(ses):
    with pytest.raises(ClientError, match="The tag name must be specified"):
        ses.send_email(
            Source="stranger@elsewhere.example",
            Destination={"ToAddresses": [MANAGER]},
            Message=message("Refused", Text="Hi"),
            Tags=[{"Name": "", "Value": "x"}],
        )


def test_a_raw_email_of_an_unverified_sender_is_refused(ses):
    raw = raw_message(From="stranger@elsewhere.example", To=MANAGER, Subject="Refused")
    with pytest.raises(ClientError, match=REFUSED):
        ses.send_raw_email(RawMessage={"Data": raw})


def raw_message(**headers):
    email = EmailMessage()
    for name, value in headers.items():
        email[name] = value
    email.set_content("Plain")
    email.add_alternative("<i>Rich</i>", subtype="html")
    email.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="plan.pdf")
    return email.as_bytes()


def test_a_raw_email_is_taken_apart(ses, inbox):
    raw = raw_message(From=SENDER, To=f"Boss <{MANAGER}>", Subject="Raw, with ü")
    ses.send_raw_email(RawMessage={"Data": raw}, Destinations=[MANAGER, "unseen@example.com"])
    (email,) = inbox.emails(subject="with ü")
    assert (email.text.strip(), email.html.strip()) == ("Plain", "<i>Rich</i>")
    assert email.attachments == ("plan.pdf",)
    assert (email.to, email.bcc) == ((f"Boss <{MANAGER}>",), ("unseen@example.com",))


def test_a_raw_email_of_the_second_api_is_too(ses_v2, inbox):
    raw = raw_message(From=SENDER, To=MANAGER, Subject="Raw by v2")
    ses_v2.send_email(Content={"Raw": {"Data": raw}})
    (email,) = inbox.emails(subject="Raw by v2")
    assert (email.sender, email.to) == (SENDER, (MANAGER,))


def test_a_template_is_filled_in(ses, ses_v2, inbox):
    """Both APIs know the same templates."""
    ses.create_template(
        Template={
            "TemplateName": "receipt",
            "SubjectPart": "Receipt for {{name}}",
            "TextPart": "Days: {{days}}",
            "HtmlPart": "<p>{{days}}</p>",
        }
    )
    destination = {"ToAddresses": [EMPLOYEE]}
    ses.send_templated_email(
        Source=SENDER,
        Destination=destination,
        Template="receipt",
        TemplateData='{"name": "Ada", "days": 2}',
    )
    ses_v2.send_email(
        FromEmailAddress=SENDER,
        Destination=destination,
        Content={
            "Template": {"TemplateName": "receipt", "TemplateData": '{"name": "Bo", "days": 3}'}
        },
    )
    told = [
        (email.subject, email.text, email.html) for email in inbox.emails(subject="Receipt for")
    ]
    assert told == [
        ("Receipt for Ada", "Days: 2", "<p>2</p>"),
        ("Receipt for Bo", "Days: 3", "<p>3</p>"),
    ]


def test_a_template_without_its_variables_sends_nothing(ses, inbox):
    ses.create_template(Template={"TemplateName": "gap", "SubjectPart": "Gap {{name}}"})
    sent = {"Source": SENDER, "Destination": {"ToAddresses": [EMPLOYEE]}, "Template": "gap"}
    assert ses.send_templated_email(**sent, TemplateData="{}")["MessageId"]
    assert inbox.emails(subject="Gap") == []
    with pytest.raises(ClientError, match="Template data is not valid JSON"):
        ses.send_templated_email(**sent, TemplateData="nonsense")


def test_identities_and_templates_of_the_second_api(ses_v2):
    ses_v2.create_email_identity(EmailIdentity="new@example.com")
    assert ses_v2.get_email_identity(EmailIdentity="new@example.com")["VerifiedForSendingStatus"]
    ses_v2.delete_email_identity(EmailIdentity="new@example.com")
    with pytest.raises(ses_v2.exceptions.NotFoundException):
        ses_v2.get_email_identity(EmailIdentity="new@example.com")
    content = {"Subject": "S", "Text": "T"}
    ses_v2.create_email_template(TemplateName="v2", TemplateContent=content)
    assert ses_v2.get_email_template(TemplateName="v2")["TemplateContent"] == content
    with pytest.raises(ses_v2.exceptions.NotFoundException):
        ses_v2.get_email_template(TemplateName="absent")


def test_what_is_not_served_is_refused_by_name(ses, ses_v2):
    with pytest.raises(ClientError, match="SendBulkTemplatedEmail"):
        ses.send_bulk_templated_email(
            Source=SENDER,
            Template="receipt",
            DefaultTemplateData="{}",
            Destinations=[{"Destination": {"ToAddresses": [EMPLOYEE]}}],
        )
    with pytest.raises(ClientError):
        ses_v2.get_account()


def test_accounts_have_inboxes_of_their_own(emulator, ses, inbox):
    simple(ses, SENDER, "Mine alone")
    other = Inbox(emulator.endpoint_url, emulator.new_account())
    assert inbox.emails(subject="Mine alone")
    assert other.emails() == []
