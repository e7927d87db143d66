"""Whose data a column holds is guessed from header words of eight languages and from shapes of cells, strictly."""

import tomllib

import pytest

from ingestion.drafting.cell_shapes import NAMES
from ingestion.drafting.guesses import Guess, guess_columns, our_name
from ingestion.drafting.keys import guess_key
from ingestion.drafting.personal import WORDS
from ingestion.drafting.typist import Typist
from tests.builders.draft_files import column


def guess(header: str, cells: list[str | None] | list[str]) -> Guess:
    return guess_columns({header: list(cells)}, Typist())[0]


DIRECT = """
E-Mail; Customer E-mail Address; Kundenname; Vorname; Straße; Lieferadresse; Telefonnummer; Bemerkung; Nom du client
Prénom
Adresse de livraison; Téléphone; Commentaire; Apellidos; Dirección; Correo electrónico (email); Teléfono
Cognome; Indirizzo
Telefono; Sobrenome; Endereço; Achternaam; Straatnaam; Telefoonnummer; Opmerkingen; Nazwisko; Adres; Shipping Name
billing_address1; browserIp; Order Notes; ticket.subject; message_body; IBAN; Passport No; Other (please specify)
source_body; source_subject; user_bio; sender_name; shop_owner_email
"""
QUASI = """
ZIP; Postleitzahl; PLZ; Code postal; Código postal; CAP; CEP; Postcode; City; Ort; Ville; Ciudad; Città; Cidade; Plaats
Miasto
Geburtsdatum; Date de naissance; Fecha de nacimiento; Data di nascita; Data de nascimento; Geboortedatum; Gender
Geschlecht
Sexe; Sexo; Sesso; Age; Alter; Edad; Leeftijd; Bundesland; Country; Pays; latitude; Customer ID; Kundennr; Order No
Bestellnummer; user_pseudo_id; session_id; cookie; created by; tracking_number; Q17ZIP; shipping_address_city
"""
NOBODYS: dict[str, list[str]] = {
    "Product Name": ["Mug", "Lamp"],
    "Order Status": ["open", "closed"],
    "Colour": ["red", "blue"],
    "email_open_count": ["1", "2"],
    "accepts_marketing": ["true", "false"],
    "Ship Mode": ["Second Class", "Same Day"],
    "Total": ["1.50", "2.75"],
    "Customer since": ["2024-01-02", "2024-02-03"],
    "Number of orders": ["3", "4"],
    "campaign_name": ["Spring", "Summer"],
    "Type de client": ["Guest", "New"],
    "author_type": ["admin", "user"],
    "product_body_html": ["<p>Mug</p>", "<p>Lamp</p>"],
    "incident_state": ["New", "Closed"],
}


def headers(listed: str) -> list[str]:
    return [header.strip() for header in listed.strip().replace("\n", ";").split(";")]


@pytest.mark.parametrize("header", headers(DIRECT))
def test_a_header_that_names_people_is_direct_without_any_cell(header: str) -> None:
    assert guess(header, [None, None]).personal == "direct"


@pytest.mark.parametrize("header", headers(QUASI))
def test_a_header_that_leads_to_people_with_others_is_quasi(header: str) -> None:
    assert guess(header, [None, None]).personal == "quasi"


PHONES = "tel; Tel.; Tel-Nr; cell; Cell Phone; GSM; whatsapp; Rufnummer; celular; cellulare; telefoon; msisdn; fone"
PAPERS = "pesel; nif; cnpj; cpf; bsn; nino; codice fiscale; Steuernummer; imei; cvv; pin; passport"


@pytest.mark.parametrize("header", headers(f"{PHONES}; {PAPERS}"))
def test_the_number_of_a_phone_or_a_paper_is_direct_and_keeps_its_zeros(header: str) -> None:
    found = guess(header, ["491700000001", "491700000002"])
    assert (found.personal, found.keys["type"]) == ("direct", "text")


@pytest.mark.parametrize("header", headers("hotels; spinning; cellar; union_price; Steuer"))
def test_words_that_hold_such_a_word_are_nobodys_numbers(header: str) -> None:
    found = guess(header, ["10", "20"])
    assert (found.personal != "direct", found.keys["type"] != "text") == (True, True)


@pytest.mark.parametrize(
    ("header", "word"),
    [("Passwort", "direct"), ("pwd", "direct"), ("payee", "direct"), ("Beneficiary", "direct"), ("diagnosis", "quasi"),
     ("Gehalt", "quasi"), ("religion", "quasi"), ("health", "quasi"), ("BIC", "quasi"), ("nick", "direct")],
)  # fmt: skip
def test_what_is_secret_or_sensitive_is_told_by_its_header(header: str, word: str) -> None:
    assert guess(header, ["abc", "xyz"] * 9).personal == word


@pytest.mark.parametrize("header", NOBODYS)
def test_things_counts_and_states_are_nobodys(header: str) -> None:
    assert guess(header, NOBODYS[header]).personal == "none"


@pytest.mark.parametrize("kind", ["emails", "phones", "streets", "english streets", "ips", "ibans", "names", "prose"])
def test_cells_that_name_people_are_direct_under_any_header(kind: str) -> None:
    assert guess("Feld 7", column(kind)).personal == "direct"


@pytest.mark.parametrize(
    ("header", "kind", "word"),
    [
        ("Client", "names", "direct"),
        ("Kunde", "hashes", "quasi"),
        ("Opened by", "names", "direct"),
        ("shop_owner", "colours", "direct"),
        ("payload", "objects", "quasi"),
        ("X", "british codes", "quasi"),
        ("Note", "hashes", "direct"),
        ("X", "hashes", "quasi"),
        ("X", "colours", "none"),
        ("X", "classes", "none"),
        ("Picture", "pictures", "none"),
    ],
)
def test_of_header_and_cells_the_stricter_word_holds(header: str, kind: str, word: str) -> None:
    assert guess(header, column(kind)).personal == word


@pytest.mark.parametrize(
    ("header", "cells", "keys"),
    [
        ("Price", ["10", "20"], {"type": "decimal"}),
        ("Discounts", ["1", "2"], {"type": "decimal"}),
        ("event_value_in_usd", ["1", "2"], {"type": "decimal"}),
        ("Count", ["10", "20"], {"type": "integer"}),
        ("ZIP", ["10115", "20095"], {"type": "text"}),
        ("Status", ["ja", "nein"], {"type": "boolean", "true_words": ["ja"], "false_words": ["nein"]}),
        ("Betrag", ["1.234,50", "7,00"], {"type": "decimal", "decimal_mark": ",", "thousands_mark": "."}),
        ("Montant", ["1 234,50", "7,00"], {"type": "decimal", "decimal_mark": ",", "thousands_mark": " "}),
        ("Day", ["31/01/2024", "01/02/2024"], {"type": "date", "format": "%d/%m/%Y"}),
        ("When", ["01/31/2024, 4:05 PM"], {"type": "timestamp", "format": "%m/%d/%Y, %I:%M %p"}),
        ("Rating", ["5", "N/A"], {"type": "integer", "null_tokens": ["", "N/A"]}),
        ("customer_id", ["17850.0", "13047.0"], {"type": "decimal", "scale": 0}),
        ("visitor_id", ["1234567.8912345678", "22.33"], {"type": "text"}),
        ("Release", ["1.1", "1.10"], {"type": "text"}),
        ("transaction", ["12345678901234567890123", "12345678901234567890124"], {"type": "text"}),
        ("wei", ["100000000000000000000", "200000000000000000000"], {"type": "text"}),
        ("wei", ["98765432109876543210", "1.5"], {"type": "text"}),
        ("ratio", ["0.12345678901234567890", "0.5"], {"type": "text"}),
        ("ratio", ["0.30000000000000004", "-23.54562128115268", "1e-300"], {"type": "double"}),
        ("article", ["1E1", "3E3"], {"type": "text"}),
        ("article", ["1E1", "0.5"], {"type": "text"}),
        ("share", ["1.5E-05", "2E-07", "0.5"], {"type": "double"}),
    ],
)
def test_a_type_is_guessed_from_texts_and_from_what_the_name_promises(
    header: str, cells: list[str], keys: dict[str, object]
) -> None:
    assert guess(header, cells).keys == keys


@pytest.mark.parametrize(
    ("cells", "beside", "keys"),
    [
        (["1.000", "12"], ["1,5 €", "20,5 €"], {"type": "integer", "thousands_mark": "."}),
        (["1.000", "12"], ["1.234,50"], {"type": "integer", "thousands_mark": "."}),
        (["1.250", "12"], ["1.5", "n/a"], {"type": "decimal"}),
        (["1.250", "12"], ["0.123"], {"type": "decimal"}),
        (["1.250", "0.500"], ["a"], {"type": "decimal"}),
        (["1.250", "12"], ["5", "17"], {"type": "text"}),
        (["1.250", "12"], ["7.125"], {"type": "text"}),
        (["1.000.000", "1.000"], ["5"], {"type": "decimal", "decimal_mark": ",", "thousands_mark": "."}),
        (["1,000", "12"], ["USD 1.5"], {"type": "integer", "thousands_mark": ","}),
        (["1,250", "12"], ["1,5 kg"], {"type": "decimal", "decimal_mark": ","}),
        (["1,250", "12"], ["5"], {"type": "text"}),
        (["1,250", "12"], ["5,1", "5.1"], {"type": "text"}),
    ],
)
def test_groups_of_three_are_thousands_or_decimals_only_where_another_column_tells(
    cells: list[str], beside: list[str], keys: dict[str, object]
) -> None:
    found = guess_columns({"Clicks": cells, "Beside": beside}, Typist())[0]
    assert found.keys == keys
    assert bool(found.unsure_mark) == (keys == {"type": "text"})


def test_numbers_of_records_have_points() -> None:
    assert guess_columns({"weight": ["1.250", "2.500"]}, Typist(), ".")[0].keys == {"type": "decimal"}


def test_a_type_that_one_late_text_breaks_is_not_guessed() -> None:
    assert guess("Count", [str(at) for at in range(5000)] + ["many"]).keys == {"type": "text"}


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"line": ["1", "2", "1"], "order_id": ["7", "7", "8"]}, ["line", "order_id"]),
        ({"image_url": ["a", "b"], "order_no": ["1", "2"]}, ["order_no"]),
        ({"picture_url": ["a", "b"], "city": ["Ulm", "Ulm"]}, []),
        ({"customer_id": ["5", "6"], "id": ["1", "2"]}, ["id"]),
        ({"order_id": ["1", None], "day": ["2024-01-01", "2024-01-01"]}, []),
    ],
)
def test_a_key_has_neither_gaps_nor_repeats(columns: dict[str, list[str | None]], key: list[str]) -> None:
    found = guess_key(guess_columns(columns, Typist()), columns)[0]
    assert sorted(found) == sorted(key)


def test_names_of_ours_keep_letters_that_have_no_plain_form() -> None:
    assert [our_name(header) for header in ("Straße", "Größe", "Ort/Łódź", "CustomerID", "Commande n°", "2nd")] == [
        "strasse", "grosse", "ort_lodz", "customer_id", "commande_n", "c_2nd",
    ]  # fmt: skip


def test_the_lists_of_words_are_plain_and_stand_in_one_place() -> None:
    lists = tomllib.loads(WORDS.read_text("utf-8"))
    words = [word for room in lists.values() for kind in room.values() for word in kind]
    assert not [
        word for word in words if not word.isascii() or word != word.lower() or not word.replace("_", "").isalnum()
    ]
    for room in ("direct", "quasi"):
        assert not [word for word in lists[room]["words"] if lists[room]["words"].count(word) > 1]
    assert not set(lists["direct"]["words"]) & set(lists["things"]["words"])
    assert all(
        name == name.lower() for names in tomllib.loads(NAMES.read_text("utf-8")).values() for name in names.split()
    )
