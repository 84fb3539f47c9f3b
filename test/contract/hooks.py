"""What schemathesis has to know of our API beside the OpenAPI document."""

import uuid

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

KEY = "Idempotency-Key"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sends each request with a key of its own: the document shows one and the same example for all of them."""
    key = case.headers.get(KEY) if case.headers else None
    documented = [one.definition["schema"]["examples"][0] for one in case.operation.headers if one.name == KEY]
    if key is not None and key in documented:
        case.headers[KEY] = str(uuid.uuid4())


# Rules that a request can break though each of its fields is right: between fields, or about what the service knows. JSON Schema,
# or the part of it that readers share, can't say them; the descriptions do. Each is known by the words of its refusal.
RULES = (
    # Places in lists are opaque texts that the service gave.
    "expected `next` of",
    "expected `entry` of an event of this list",
    # One of two, or both together.
    "give either category or categories",
    "expected either `workload` or `preset`",
    "expected either \"csv\" or \"assignments\"",
    "give either amount (bought in multiples of it) or target",
    "bounds multiples of an amount",
    "send it with \"pay\": \"checkout\"",
    "expected at least one meter",
    "expected percent, fixed, or both",
    "with \"from\" the content comes of that version",
    # Order, and what has to be distinct or among others.
    "expected low not above expected",
    "is not after `from`",
    "is the same balance as",
    "a service is replaced twice",
    "the shares do not add up to 1",
    "no tier of these has this id",
    "this tier is archived",
    "another one of",
    "one of the two units, as a decimal string",
    "is below the threshold",
    "expected the amount, ",
    "raise the cap, or buy less each time",
    "describes no use",
    ", at most 31",
    # Whole cents of an amount that may be given in credits; bounds of the stage; lines of a CSV; digits of a JSON number.
    "an invoice has whole cents",
    "one purchase is from ",
    "expected at most 10000 users",
    "expected a number from 0 to ",
    # What only a clock, a list, a calendar or a register knows.
    "is over in",
    "there is no such country",
    "there is no such day",
    "expected an id that begins with",
    "is no VAT id",
    "expected an IANA time zone",
)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure counts: a refusal by one of the rules above is right."""
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    details = [fault["detail"] for fault in response.json().get("errors", [])]
    return not (details and all(any(rule in detail for rule in RULES) for detail in details))
