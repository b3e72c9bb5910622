"""A clean purchase: quote, contract, order, slips, receipts, invoices, a return and its credit, that all agree.

Everything follows from the seed. Companies, accounts, keys and numbers are made up.
"""

import random
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.documents import canonical
from app.linking.filed import Filed
from app.matching.policy import Policy

BUYER = {"name": "Beispiel Maschinenbau AG", "vat_id": "DE811111111"}
SUPPLIERS = (
    {"name": "Nordwind Components GmbH", "vat_id": "DE822222222", "iban": "DE02120300000000202051"},
    {"name": "Fabrikam Example Ltd", "vat_id": "GB999999973", "iban": "GB33BUKB20201555555555"},
    {"name": "Fournitures Modèle SARL", "vat_id": "FR40303265045", "iban": "FR1420041010050500013M02606"},
    {"name": "Muster Werkzeuge KG", "vat_id": "ATU13585627", "iban": "AT611904300234573201"},
)
ITEMS = (
    "Hex bolt M8x40 zinc", "Washer A 8.4 steel", "Pressure valve DN25", "Servo drive 750 W", "Oil filter cartridge",
    "Cable drum 50 m", "Gear box i=12.5", "Safety gloves size 9", "Conveyor belt 600 mm", "Proximity sensor PNP",
    "Ball bearing 6204", "Contactor 24 V DC", "Emergency stop button", "Toner black", "Office chair", "LED panel 60x60",
)  # fmt: skip
WEIGHED = ("Copper wire", "Welding rod", "Granulate PP natural")
SERVICES = ("Commissioning of line 2", "Annual inspection", "Transport and rigging")
PRODUCTS = ("DraftWorks CAD", "LedgerLine Accounting", "SafeMail Gateway", "PlanBoard Studio")
#: Decimals of the currencies that purchases are made in; the euro most often.
CURRENCIES = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "JPY": 0, "KWD": 3}
START = date(2026, 1, 5)
DOZEN = 12

#: What the purchases are judged by: the default policy with the companies that buy, and with charges checked.
POLICY = Policy.parse(
    {"version": "clean", "entities": [BUYER["name"]], "price_basis": "item", "charges": {"up_abs": "0"}}
)


@dataclass
class Purchase:
    """The papers in the order of arrival, as canonical JSON, and the place of the invoice that a fault is put on."""

    seed: int
    papers: list[dict] = field(default_factory=list)
    target: int = 0

    def copy(self):
        return deepcopy(self)

    @property
    def invoice(self):
        return self.papers[self.target]

    @property
    def order(self):
        return self.of_kind("purchase_order")[-1]

    def of_kind(self, kind):
        return [paper for paper in self.papers if paper["kind"] == kind]

    def before(self, paper):
        """Put a paper right before the target invoice."""
        self.papers.insert(self.target, paper)
        self.target += 1

    def after(self, paper):
        """Put a paper right after the target invoice, and make it the target."""
        self.papers.insert(self.target + 1, paper)
        self.target += 1

    def filed(self):
        return [
            Filed(
                id=f"doc_{at}",
                document=canonical.read(paper),
                arrived_at=datetime.combine(date.fromisoformat(paper["issue_date"]), datetime.min.time(), UTC)
                + timedelta(minutes=at),
                sequence=at,
            )
            for at, paper in enumerate(self.papers)
        ]


def coin(currency):
    return Decimal(1).scaleb(-CURRENCIES[currency])


def rounded(value, currency):
    return Decimal(value).quantize(coin(currency), ROUND_HALF_UP)


def net_of(line, currency):
    """BT-131: quantity × price ÷ base quantity with the line's own charges and allowances, rounded."""
    worth = Decimal(line["quantity"]) * Decimal(line["unit_price"]) / Decimal(line.get("price_base_quantity") or 1)
    worth += sum(Decimal(charge["amount"]) for charge in line.get("charges", ()))
    worth -= sum(Decimal(allowance["amount"]) for allowance in line.get("allowances", ()))
    return rounded(worth, currency)


def total(paper):
    """Work out the sums of a paper from its lines, charges and tax rates."""
    currency = paper["currency"]
    lines = sum((Decimal(line["net_amount"]) for line in paper["lines"]), Decimal(0))
    charges = sum((Decimal(charge["amount"]) for charge in paper.get("charges", ())), Decimal(0))
    taxed = {}
    for line in paper["lines"]:
        taxed[line["tax_rate"]] = taxed.get(line["tax_rate"], Decimal(0)) + Decimal(line["net_amount"])
    for charge in paper.get("charges", ()):
        taxed[charge["tax_rate"]] = taxed.get(charge["tax_rate"], Decimal(0)) + Decimal(charge["amount"])
    breakdown = [
        {"rate": rate, "category": "S", "taxable": str(base), "tax": str(rounded(base * Decimal(rate) / 100, currency))}
        for rate, base in sorted(taxed.items())
    ]
    net, tax = lines + charges, sum((Decimal(entry["tax"]) for entry in breakdown), Decimal(0))
    paper["tax_breakdown"] = breakdown
    paper["totals"] = {
        "lines": str(lines),
        "charges": str(charges),
        "net": str(net),
        "tax": str(tax),
        "gross": str(net + tax),
        "due": str(net + tax),
    }
    return paper


def clean(seed):
    """A purchase that is right in everything."""
    return _Maker(seed).purchase()


class _Maker:
    """One purchase while its papers are made."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.seed = seed
        self.day = START + timedelta(days=self.dice.randrange(60))
        self.currency = self.dice.choice(["EUR"] * 7 + list(CURRENCIES))
        self.supplier = dict(self.dice.choice(SUPPLIERS))
        self.parties = {"supplier": self.supplier, "buyer": dict(BUYER)}
        self.number = self.dice.choice(["PO-45{:05d}", "45{:08d}", "B26/{:04d}", "PO-2026-{:04d}"]).format(
            seed % 10_000
        )
        self.named = self.dice.random() < 0.7
        self.count = 100 + self.dice.randrange(800)
        self.slips = self.dice.random() < 0.4
        self.serial = 0
        self.out = []

    def purchase(self):
        lines = [self.ordered(at) for at in range(self.dice.randint(1, 8))]
        contract = self.contract(lines) if self.dice.random() < 0.2 else None
        quote = self.quote(lines) if self.dice.random() < 0.5 else None
        self.order(lines, quote, contract)
        self.deliver(lines)
        invoices = [at for at, paper in enumerate(self.out) if paper["kind"] == "invoice"]
        purchase = Purchase(self.seed, self.out, self.dice.choice(invoices))
        if self.dice.random() < 0.15:
            self.give_back(lines)
        return purchase

    def later(self, most=6):
        self.day += timedelta(days=self.dice.randint(1, most))
        return self.day.isoformat()

    def paper(self, kind, number, lines, **more):
        self.serial += 1
        body = {"kind": kind, "number": number, "issue_date": self.later(), "currency": self.currency}
        return body | deepcopy(self.parties) | {"references": {}, "lines": lines} | more

    def ordered(self, at):
        sort = self.dice.choices(["goods", "weighed", "service", "software"], [72, 8, 10, 10])[0]
        line = {"id": str(10 * (at + 1)), "match_way": self.dice.choice([2, 3, 3, 3, 4]), "sort": sort}
        line["tax_rate"] = self.dice.choice(["19", "19", "19", "7"])
        if sort == "service":
            line |= {"description": f"{self.dice.choice(SERVICES)} {at + 1}", "quantity": "1", "unit": "C62"}
            line |= {"unit_price": str(self.money(200, 9000)), "category": "services", "match_way": 2}
        elif sort == "software":
            product, packs, per = self.dice.choice(PRODUCTS), self.dice.randint(1, 20), self.dice.choice([1, 1, 5, 10])
            line |= {"description": f"{product} license", "quantity": str(packs), "unit": "C62", "category": "software"}
            line |= {"unit_price": str(self.money(50, 900)), "match_way": 2}
            line["license"] = {"product": f"{product} {at}", "metric": self.dice.choice(["user", "device"])}
            line["license"] |= {"packs": str(packs), "rights_per_pack": str(per), "rights": str(packs * per)}
        elif sort == "weighed":
            line |= {"description": f"{self.dice.choice(WEIGHED)} {at + 1}", "unit": "KGM"}
            line |= {"quantity": str(self.dice.randint(5, 900)), "unit_price": str(self.money(1, 40))}
        else:
            line |= {"description": f"{self.dice.choice(ITEMS)} v{at + 1}", "unit": "C62"}
            line["quantity"] = str(DOZEN * self.dice.randint(1, 60))
            line |= self.price()
        line["buyer_item_id"] = f"ITEM-{self.seed % 97}-{at + 1}"
        self.charge(line)
        line["net_amount"] = str(net_of(line, self.currency))
        return line

    def money(self, least, most):
        return rounded(Decimal(self.dice.randint(least * 1000, most * 1000)) / 1000, self.currency)

    def price(self):
        """Cheap goods are priced by the hundred or thousand."""
        base = self.dice.choice([None, None, None, "100", "1000"])
        if base:
            return {"unit_price": str(self.money(2, 60)), "price_base_quantity": base}
        return {"unit_price": str(self.money(1, 400))}

    def charge(self, line):
        if line["sort"] == "goods" and self.dice.random() < 0.12:
            line["charges"] = [{"code": "FC", "amount": str(rounded(Decimal(line["quantity"]) / 4, self.currency))}]

    def contract(self, lines):
        number = f"K-{self.seed % 1000}"
        listed = [self.plain(line) for line in lines if line["sort"] == "goods" and not line.get("charges")]
        terms = {"start": "2025-01-01", "end": "2027-12-31"}
        self.out.append(self.paper("contract", number, listed, contract=terms))
        return number

    def quote(self, lines):
        number = f"Q-{self.seed % 1000}"
        until = (self.day + timedelta(days=60)).isoformat()
        body = total(self.paper("quote", number, [self.plain(line) for line in lines], valid_until=until))
        self.out.append(body)
        return number

    def plain(self, line, **more):
        kept = {name: value for name, value in deepcopy(line).items() if name not in {"sort", "match_way"}}
        return kept | more

    def order(self, lines, quote, contract):
        body = self.paper("purchase_order", self.number, [], status="approved", payment_terms="30 days net")
        body["lines"] = [self.plain(line, match_way=line["match_way"]) for line in lines]
        body["references"] = {"quote": quote, "contract": contract}
        body |= {"created_by": "user-17", "approved_by": "user-20"}
        self.out.append(total(body))

    def deliver(self, lines):
        """One to three deliveries; each is billed on its own, or all of them together."""
        left = {line["id"]: Decimal(line["quantity"]) for line in lines}
        waiting, rounds = [], self.dice.randint(1, 3)
        for at in range(rounds):
            parts = [(line, self.part(line, left, last=at == rounds - 1)) for line in lines]
            parts = [(line, quantity) for line, quantity in parts if quantity > 0]
            if not parts:
                continue
            self.proofs(parts)
            waiting += parts
            if at == rounds - 1 or self.dice.random() < 0.7:
                self.invoice(waiting)
                waiting = []
        if waiting:
            self.invoice(waiting)

    def part(self, line, left, *, last):
        rest = left[line["id"]]
        if last or line["sort"] in {"service", "software"}:
            part = rest
        elif line["sort"] == "weighed":
            part = Decimal(self.dice.randint(0, int(rest)))
        else:
            part = Decimal(DOZEN * self.dice.randint(0, int(rest) // DOZEN))
        left[line["id"]] = rest - part
        return part

    def proofs(self, parts):
        goods = [(line, quantity) for line, quantity in parts if line["sort"] in {"goods", "weighed"}]
        software = [line for line, _ in parts if line["sort"] == "software"]
        if goods and self.slips:
            rows = [self.row(line, quantity) for line, quantity in goods]
            self.out.append(
                self.paper("packing_slip", f"DN-{self.seed}-{self.serial}", rows, references=self.to_order())
            )
        if goods:
            rows = [self.row(line, quantity, received=str(quantity)) for line, quantity in goods]
            for row, (line, quantity) in zip(rows, goods, strict=True):
                if line["match_way"] == 4:
                    row |= {"accepted": str(quantity), "rejected": "0"}
            more = {"references": self.to_order(), "posting": "posted", "created_by": "user-33"}
            self.out.append(self.paper("goods_receipt", f"GR-{self.seed}-{self.serial}", rows, **more))
        if software:
            rows = [self.row(line, Decimal(line["quantity"]), license=self.entitled(line)) for line in software]
            more = {"references": self.to_order()}
            self.out.append(self.paper("license_receipt", f"L-{self.seed}-{self.serial}", rows, **more))

    def entitled(self, line):
        keys = [f"ENT-{self.seed}-{line['id']}-{self.dice.randrange(10**6)}"]
        return deepcopy(line["license"]) | {"entitlement_ids": keys}

    def to_order(self):
        return {"purchase_order": self.number}

    def row(self, line, quantity, **more):
        kept = {name: line[name] for name in ("description", "buyer_item_id", "unit")}
        return kept | {"id": line["id"], "order_line": line["id"], "quantity": str(quantity)} | more

    def invoice(self, parts):
        self.count += 1
        merged = {}
        for line, quantity in parts:
            merged[line["id"]] = (line, merged.get(line["id"], (line, Decimal(0)))[1] + quantity)
        rows = [self.billed(line, quantity) for line, quantity in merged.values()]
        number = f"{self.supplier['name'][0]}R-{self.count:05d}"
        body = self.paper("invoice", number, rows, references=self.to_order(), payment_terms="30 days net")
        body["due_date"] = (self.day + timedelta(days=30)).isoformat()
        self.out.append(total(body))

    def billed(self, line, quantity):
        """The line as the supplier bills it: now and then in dozens, or without the order's line number."""
        row = self.plain(line, quantity=str(quantity))
        row.pop("category", None)
        if self.named:
            row["order_line"] = line["id"]
        if line.get("charges"):
            share = quantity / Decimal(line["quantity"])
            row["charges"] = [
                charge | {"amount": str(rounded(Decimal(charge["amount"]) * share, self.currency))}
                for charge in line["charges"]
            ]
        if line["sort"] == "software":
            row["license"] = deepcopy(line["license"])
        elif line["sort"] == "goods" and not line.get("price_base_quantity") and self.dice.random() < 0.15:
            row |= {"unit": "DZN", "quantity": str(quantity / DOZEN)}
            row["unit_price"] = str(Decimal(line["unit_price"]) * DOZEN)
        row["net_amount"] = str(net_of(row, self.currency))
        return row

    def give_back(self, lines):
        """A return of goods with the credit note for them."""
        goods = [line for line in lines if line["sort"] == "goods" and not line.get("charges")]
        bills = [paper for paper in self.out if paper["kind"] == "invoice"]
        for line in goods:
            bill = next((one for one in bills for row in one["lines"] if row["id"] == line["id"]), None)
            if bill is None:
                continue
            quantity = Decimal(DOZEN)
            back = self.row(line, -quantity, received=str(-quantity))
            more = {"references": self.to_order(), "posting": "posted", "created_by": "user-33"}
            self.out.append(self.paper("goods_receipt", f"GR-{self.seed}-{self.serial}", [back], **more))
            row = self.plain(line, quantity=str(quantity), order_line=line["id"])
            row.pop("category", None)
            row["net_amount"] = str(net_of(row, self.currency))
            references = self.to_order() | {"preceding_invoice": bill["number"]}
            self.count += 1
            self.out.append(total(self.paper("credit_note", f"CR-{self.count:05d}", [row], references=references)))
            return
