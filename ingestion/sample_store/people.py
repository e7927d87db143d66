"""The people of the shop: names, e-mail addresses as written in different places, where they live.

Belongs here: invented persons. Never here: what they do.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sample_store.clocks import Ints
from ingestion.sample_store.columns import instants
from ingestion.sample_store.desk import FIRST_REQUESTER
from ingestion.sample_store.settings import SampleSettings

_WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))
FIRST_NAMES: list[str] = _WORDS["first_names"]
LAST_NAMES: list[str] = _WORDS["last_names"]
DOMAINS = ("example.org", "example.com", "mail.example", "post.example")
# city, province code, province, zip prefix, sales tax per mille
PLACES = (
    ("Hartford", "CT", "Connecticut", "0610", 63),
    ("Albany", "NY", "New York", "1220", 80),
    ("Boston", "MA", "Massachusetts", "0210", 62),
    ("Newark", "NJ", "New Jersey", "0710", 66),
    ("Portland", "OR", "Oregon", "9720", 0),
    ("Austin", "TX", "Texas", "7870", 82),
)
STREETS = ("Elm St", "Oak Ave", "Mill Rd", "Main St", "High St", "River Ln")
FOLDED = str.maketrans("éöüøí", "eouoi")


def tax_per_mille(place: Ints) -> Ints:
    """Sales tax of each place."""
    return np.array([p[4] for p in PLACES], np.int64)[place]


def _take(words: list[str], index: Ints) -> pa.Array:
    return pa.array(words).take(pa.array(index))


def _as_typed_at_the_desk(
    settings: SampleSettings, rng: np.random.Generator, email: pa.Array, elsewhere: pa.Array
) -> pa.Array:
    """In capitals, with a blank behind, or another address altogether."""
    count = len(email)
    desk = pc.if_else(pa.array(rng.random(count) < 0.1), pc.utf8_upper(email), email)
    desk = pc.if_else(pa.array(rng.random(count) < 0.05), pc.binary_join_element_wise(desk, "", " "), desk)
    return pc.if_else(pa.array(rng.random(count) < settings.order.second_address_share), elsewhere, desk)


def make_people(settings: SampleSettings, count: int, first_seen: Ints) -> pa.Table:
    """One row a person,
    numbered by first purchase. `email` is the normal form; the other two are as typed elsewhere."""
    rng = settings.generator(6)
    first, last = rng.integers(0, len(FIRST_NAMES), count), rng.integers(0, len(LAST_NAMES), count)
    place, domain = rng.integers(0, len(PLACES), count), rng.integers(0, len(DOMAINS), count)
    number = pa.array(np.arange(1, count + 1)).cast(pa.string())
    local = [[w.lower().translate(FOLDED).replace("'", "") for w in words] for words in (FIRST_NAMES, LAST_NAMES)]
    email = pc.binary_join_element_wise(
        _take(local[0], first), ".", _take(local[1], last), number, "@", _take(list(DOMAINS), domain), ""
    )
    upper = rng.random(count) < 0.08
    shown = pc.if_else(pa.array(upper), pc.utf8_capitalize(email), email)
    elsewhere = pc.binary_join_element_wise(_take(local[0], first), number, "@work.example", "")
    desk = _as_typed_at_the_desk(settings, rng, email, elsewhere)
    zips = pc.binary_join_element_wise(
        _take([p[3] for p in PLACES], place), pa.array(rng.integers(0, 10, count)).cast(pa.string()), ""
    )
    street = pc.binary_join_element_wise(
        pa.array(rng.integers(1, 400, count)).cast(pa.string()), _take(list(STREETS), rng.integers(0, 6, count)), " "
    )
    phone = pc.binary_join_element_wise("+1555", pc.utf8_lpad(number, 7, "0"), "")
    has_account = rng.random(count) >= settings.order.guest_share
    gives_phone_only = ~has_account & (rng.random(count) < settings.order.phone_only_guest_share)
    gives_phone = gives_phone_only | (rng.random(count) < 0.5)
    nothing = pa.scalar(None, pa.string())
    return pa.table({
        "person_index": np.arange(count), "customer_id": 7_200_000_000_001 + 3 * np.arange(count),
        "user_id": FIRST_REQUESTER + np.arange(count),
        "first_name": _take(FIRST_NAMES, first), "last_name": _take(LAST_NAMES, last),
        "email": email, "store_email": pc.if_else(pa.array(gives_phone_only), nothing, shown), "desk_email": desk,
        "has_account": has_account, "accepts_marketing": rng.random(count) < 0.4,
        "phone": pc.if_else(pa.array(gives_phone), phone, nothing),
        "place": place, "city": _take([p[0] for p in PLACES], place), "province_code": _take([p[1] for p in PLACES],
        place),
        "province": _take([p[2] for p in PLACES], place), "zip": zips, "street": street,
        "unit": pc.if_else(pa.array(rng.random(count) < 0.2), pc.binary_join_element_wise("Apt",
        pa.array(rng.integers(1, 40, count)).cast(pa.string()), " "), nothing),
        "created_at": instants(first_seen - 300),
    })  # fmt: skip
