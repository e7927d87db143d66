"""Entity drafts meet the headers of shops that write German, French, Spanish, Italian, Dutch, Portuguese or Polish."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ingestion.drafting.draft import draft_spec
from ingestion.drafting.entity_matching import LANGUAGES

SALE = "order_key email ordered_at total_amount status shipping_amount"
LINE = "order_key line_key product_key title quantity unit_price_amount"
ORDERS = {
    "Bestellnr;Kunde E-Mail;Datum;Betrag;Status;Versand": SALE,
    "Auftrags-Nr.;Kundennr.;Bestellt am;Bestellwert;Zahlungsstatus;Land": (
        "order_key customer_key ordered_at total_amount financial_status country_code"
    ),
    "N° commande;Adresse e-mail;Date de commande;Montant total;Statut;Livraison": SALE,
    "Numéro de la commande;Code client;Date commande;Total TTC;Devise;Remise": (
        "order_key customer_key ordered_at total_amount currency discount_amount"
    ),
    "Nº pedido;Correo electrónico;Fecha de pedido;Importe total;Estado;Gastos de envío": SALE,
    "Numero dell'ordine;E-mail;Data ordine;Importo totale;Stato;Spese di spedizione": SALE,
    "Bestelnummer;E-mailadres;Besteldatum;Totaalbedrag;Status;Verzendkosten": SALE,
    "Número do pedido;Email;Data do pedido;Valor total;Situação;Frete": SALE,
    "Nr zamówienia;Adres e-mail;Data zamówienia;Kwota;Status;Koszt wysyłki": SALE,
}
DAYS, AMOUNTS, WORDS = ("01.02.2026", "13.02.2026", "14.02.2026"), ("4,90", "0,10", "7,50"), ("neu", "alt", "neu")
CELLS = {
    "order_key": ("A-1", "A-2", "A-3"), "customer_key": ("k1", "k2", "k1"), "email": ("a@x.de", "b@x.de", "c@x.de"),
    "ordered_at": DAYS, "refunded_at": DAYS, "created_at": DAYS, "total_amount": AMOUNTS, "shipping_amount": AMOUNTS,
    "discount_amount": AMOUNTS, "unit_price_amount": AMOUNTS, "refunded_amount": AMOUNTS, "status": WORDS,
    "financial_status": WORDS, "country_code": ("DE", "FR", "DE"), "currency": ("EUR", "EUR", "USD"),
    "line_key": ("1", "2", "3"), "quantity": ("1", "2", "4"), "title": ("Becher", "Hut", "Becher"),
    "product_key": ("b1", "h1", "b1"), "ticket_key": ("T1", "T2", "T3"), "subject": ("wo?", "wann?", "wie?"),
    "refund_key": ("G1", "G2", "G3"), "first_name": ("Ann", "Bo", "Cy"), "last_name": ("Ott", "Pohl", "Quast"),
}  # fmt: skip
OTHERS = {
    ("order_lines", "Bestell-Nr;Pos.;Artikelnr;Bezeichnung;Menge;Einzelpreis"): LINE,
    ("order_lines", "Commande;Ligne;Réf. produit;Désignation;Qté;Prix unitaire"): LINE,
    ("order_lines", "Nº pedido;Nº línea;Código artículo;Producto;Cant.;Precio unitario"): LINE,
    ("customers", "Kunden-Nr.;Vorname;Nachname;E-Mail-Adresse"): "customer_key first_name last_name email",
    ("customers", "Codice cliente;Nome;Cognome;Posta elettronica"): "customer_key first_name last_name email",
    ("tickets", "Vorgangsnummer;Betreff;Status;Erstellt am"): "ticket_key subject status created_at",
    ("tickets", "N° demande;Objet;Statut;Créé le"): "ticket_key subject status created_at",
    ("refunds", "Gutschrift-Nr;Rechnungsnr;Erstattet am;Erstattungsbetrag"): (
        "refund_key order_key refunded_at refunded_amount"
    ),
}


@pytest.mark.parametrize(("header", "ours"), ORDERS.items(), ids=[header.partition(";")[0] for header in ORDERS])
def test_orders_are_found_in_any_of_these_languages(header: str, ours: str, tmp_path: Path) -> None:
    assert _mapped(tmp_path, "orders", header, ours.split()) == dict(zip(ours.split(), header.split(";"), strict=True))


@pytest.mark.parametrize(("shape", "header"), OTHERS, ids=lambda word: word.partition(";")[0])
def test_so_are_lines_people_tickets_and_refunds(shape: str, header: str, tmp_path: Path) -> None:
    ours = OTHERS[shape, header].split()
    found = _mapped(tmp_path, shape, header, ours)
    if shape == "tickets":  # a state without a list of ours is the source's own word
        ours[ours.index("status")] = next(name for name in found if name.endswith("status"))
    assert found == dict(zip(ours, header.split(";"), strict=True))


def test_the_words_are_written_as_headers_are_compared() -> None:
    words = tomllib.loads(LANGUAGES.read_text("utf-8"))
    for name, table in words.items():
        for ours, listed in (table["things"] if name == "numbers" else table).items():
            assert [word for word in listed if not word.replace("_", "").isalnum() or word != word.lower()] == [], ours
            assert len(set(listed)) == len(listed), f"{name}.{ours}"


def _mapped(folder: Path, shape: str, header: str, ours: list[str]) -> dict[str, str]:
    rows = zip(*(CELLS[name] for name in ours), strict=True)
    path = folder / "export.csv"
    path.write_text("\n".join([header, *map(";".join, rows), ""]), "utf-8")
    drafted = tomllib.loads(draft_spec(path, "shop", shape))["map"]
    return {name: rule["from"] for name, rule in drafted.items() if "from" in rule}
