"""The headers that a store's admin has written over the years, with one record under each. Asserts nothing."""

from collections.abc import Mapping, Sequence

_ADDRESS = "Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone"
_DEFAULT_ADDRESS = ",".join(
    f"Default Address {part}"
    for part in ["Company", "Address1", "Address2", "City", "Province Code", "Country Code", "Zip", "Phone"]
)
_NAMES = "First Name,Last Name,Email"
_NEW = (
    f"Customer ID,{_NAMES},Accepts Email Marketing,{_DEFAULT_ADDRESS},Phone,Accepts SMS Marketing,"
    "Total Spent,Total Orders,Note,Tax Exempt,Tags"
)
_OF_2022 = (
    f"{_NAMES},Accepts Email Marketing,{_ADDRESS},Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt"
)
CUSTOMER_HEADERS = {
    "2018": f"{_NAMES},{_ADDRESS},Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt",
    "2022": _OF_2022,
    "2023": f"Customer ID,{_OF_2022}",
    "2024": _NEW,
    "2026": f"{_NEW},Accepts WhatsApp Marketing,Birthday (customer.metafields.facts.birth_date)",
}
CUSTOMER = {
    "Customer ID": "'7200000000001", "Email": "kim@example.org", "Total Spent": "312.40", "Total Orders": "5",
    "Accepts Marketing": "yes", "Accepts Email Marketing": "yes", "Zip": "'06103", "Default Address Zip": "'06103",
    "Phone": "'+15550100123", "Tax Exempt": "no", "Birthday (customer.metafields.facts.birth_date)": "1990-01-01",
}  # fmt: skip


def one_record(header: Sequence[str], record: Mapping[str, str], line_end: str = "\n") -> str:
    """A file of this header and one record; cells the record does not have are empty."""
    return line_end.join([",".join(header), ",".join(record.get(name, "") for name in header), ""])
