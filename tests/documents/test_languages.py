"""Papers in languages with files of their own: one table, one head and three sums in the words of each."""

from datetime import date
from decimal import Decimal

import pytest

from app.reading.lexicon import words
from tests.documents.layout import read

# Title, number's label, heads of description, quantity, unit price and amount; labels of net, tax and gross.
PAPERS = {
    "tr": ("FATURA", "Fatura No:", "Mal Hizmet|Miktar|Birim Fiyat|Tutar", "Matrah|Hesaplanan KDV|Genel Toplam"),
    "el": ("ΤΙΜΟΛΟΓΙΟ", "Αρ. τιμολογίου:", "Περιγραφή|Ποσότητα|Τιμή|Αξία", "Καθαρή αξία|ΦΠΑ|Γενικό σύνολο"),
    "bg": ("ФАКТУРА", "Фактура №", "Описание|Количество|Ед. цена|Стойност", "Данъчна основа|ДДС|Общо с ДДС"),
    "uk": ("РАХУНОК", "Рахунок №", "Найменування|Кількість|Ціна|Сума", "Разом без ПДВ|ПДВ|Всього з ПДВ"),
    "hr": ("RAČUN", "Račun br.", "Naziv|Količina|Cijena|Iznos", "Osnovica|PDV|Ukupno s PDV"),
    "sl": ("RAČUN", "Račun št.", "Opis storitve|Količina|Cena|Vrednost", "Osnova za DDV|DDV|Skupaj z DDV"),
    "cs": ("FAKTURA", "Faktura č.", "Označení dodávky|Množství|J. cena|Celkem", "Základ daně|DPH|Celkem s DPH"),
    "sk": ("FAKTÚRA", "Faktúra č.", "Názov tovaru|Množstvo|Jedn. cena|Spolu", "Spolu bez DPH|DPH|Spolu s DPH"),
    "hu": ("SZÁMLA", "Számlaszám:", "Megnevezés|Menny.|Egységár|Nettó érték", "Nettó összesen|ÁFA|Bruttó összesen"),
    "ro": (
        "FACTURĂ",
        "Factura nr.",
        "Denumire produs|Cantitate|Preț unitar|Valoare",
        "Total fără TVA|TVA|Total cu TVA",
    ),
    "et": ("ARVE", "Arve nr.", "Kirjeldus|Kogus|Hind|Summa", "Summa km-ta|Käibemaks|Arve kokku"),
    "lv": ("RĒĶINS", "Rēķina Nr.", "Nosaukums|Daudzums|Cena|Summa", "Summa bez PVN|PVN|Kopā ar PVN"),
    "lt": ("SĄSKAITA FAKTŪRA", "Serija Nr.", "Pavadinimas|Kiekis|Kaina|Suma", "Suma be PVM|PVM|Iš viso su PVM"),
    "fi": ("LASKU", "Laskun numero", "Kuvaus|Määrä|á hinta|Veroton", "Veroton yhteensä|Alv|Maksettava yhteensä"),
    "is": ("REIKNINGUR", "Reikningur nr.", "Lýsing|Magn|Einingarverð|Upphæð", "Upphæð án VSK|VSK|Samtals"),
}


@pytest.mark.parametrize("language", PAPERS)
def test_a_paper_in_its_own_words(language):
    title, label, heads, sums = PAPERS[language]
    places = (50, 300, 380, 480)
    prints = [(50, 60, title, 18), (50, 110, f"{label} A-4711"), (50, 125, "12.05.2026")]
    prints += [(x, 200, text) for x, text in zip(places, heads.split("|"), strict=True)]
    for at, cells in enumerate(("Omega 40|12|2,50|30,00", "Sigma 60|5|14,00|70,00")):
        prints += [(x, 220 + 15 * at, text) for x, text in zip(places, cells.split("|"), strict=True)]
    amounts = ("100,00", "20,00", "120,00")
    for at, (text, amount) in enumerate(zip(sums.split("|"), amounts, strict=True)):
        prints += [(300, 280 + 15 * at, text), (480, 280 + 15 * at, amount)]

    document = read(*prints)

    assert (document.kind, document.number, document.issue_date) == ("invoice", "A-4711", date(2026, 5, 12))
    assert [(line.description, line.quantity, line.unit_price, line.net_amount) for line in document.lines] == [
        ("Omega 40", Decimal(12), Decimal("2.50"), Decimal(30)),
        ("Sigma 60", Decimal(5), Decimal(14), Decimal(70)),
    ]
    assert (document.totals.net, document.totals.tax, document.totals.gross) == (
        Decimal(100),
        Decimal(20),
        Decimal(120),
    )


def test_words_in_other_alphabets_are_folded_to_latin_ones():
    assert words("Ποσότητα Τιμή ΨΗΦΙΑ") == ("posotita", "timi", "psifia")
    assert words("Рахунок-фактура № 7") == ("rahunok", "faktura", "no", "7")
    assert words("Плащане по щета") == ("plashtane", "po", "shteta")
