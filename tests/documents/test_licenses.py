"""License receipts, each printed small: tables, forms, cards and lists of keys say the same of a license."""

from tests.documents.test_deliveries import printed

FACTS = ["Certificate no: LC-4711", "Date: 14 March 2026", "Customer PO: PO-88"]


def licenses(document, *names):
    """The named fields of each line's license as text."""
    return [tuple(str(getattr(line.license, name)) for name in names) for line in document.lines]


def test_values_in_narrow_columns_go_on_in_the_next_row():
    document = printed("LICENSE CERTIFICATE", FACTS, [
        [(50, "Product"), (200, "Publisher"), (280, "Metric"), (360, "Licenses", "right"), (380, "License key"), (500, "End date")],
        [(50, "Sample Desktop"), (200, "Example"), (280, "Named"), (360, "12", "right"), (380, "AB12-CD34-"), (500, "2027-")],
        [(200, "Soft"), (280, "user"), (380, "EF56-GH78"), (500, "12-31")], 4,
        [(50, "Sample Server"), (200, "Example"), (280, "Named"), (360, "3", "right"), (380, "JK12-LM34-"), (500, "2027-")],
        [(200, "Soft"), (280, "user"), (380, "NP56-QR78"), (500, "12-31")],
    ])  # fmt: skip

    assert licenses(document, "product", "publisher", "metric", "rights", "keys", "end") == [
        ("Sample Desktop", "Example Soft", "Named user", "12", "('AB12-CD34-EF56-GH78',)", "2027-12-31"),
        ("Sample Server", "Example Soft", "Named user", "3", "('JK12-LM34-NP56-QR78',)", "2027-12-31"),
    ]


def test_cards_name_the_product_over_labels_over_values():
    heads = [(50, "Metric"), (180, "Quantity"), (300, "Start date"), (420, "End date")]

    document = printed("Software License Confirmation", FACTS, [
        [(50, "Sample Transcribe Enterprise")],
        heads,
        [(50, "Named user"), (180, "60"), (300, "Aug 1, 2026"), (420, "Jul 31, 2028")], 12,
        [(50, "Sample Archive")],
        heads,
        [(50, "Tenant"), (180, "1"), (300, "Aug 1, 2026"), (420, "Jul 31, 2028")],
    ])  # fmt: skip

    assert licenses(document, "product", "metric", "rights", "start", "end") == [
        ("Sample Transcribe Enterprise", "Named user", "60", "2026-08-01", "2028-07-31"),
        ("Sample Archive", "Tenant", "1", "2026-08-01", "2028-07-31"),
    ]


def test_a_row_of_labels_parted_by_bars_tells_of_the_product_over_it():
    document = printed("Subscription Confirmation", FACTS, [
        [(50, "Sample Desk Enterprise")],
        [(50, "Seats: 120 | Entitlement ID: ENT-0A1 | Term: 1 Aug 2026 – 31 Jul 2027")], 8,
        [(50, "Sample Desk Light")],
        [(50, "Seats: 40 | Entitlement ID: ENT-0A2 | Term: 1 Aug 2026 – 31 Jul 2027")],
    ])  # fmt: skip

    assert licenses(document, "product", "rights", "entitlement_ids", "end") == [
        ("Sample Desk Enterprise", "120", "('ENT-0A1',)", "2027-07-31"),
        ("Sample Desk Light", "40", "('ENT-0A2',)", "2027-07-31"),
    ]


def test_a_list_of_keys_under_a_form_belongs_to_it():
    keys = [f"K{letter}7QX-9M2HT-LL4PR-W8ZKV-2HH{letter}N" for letter in "ABCDEF"]

    document = printed("License keys", FACTS, [
        [(50, "Product: Sample Office Standard")],
        [(50, "Publisher: Example Software")],
        [(50, "Quantity: 6")], 6,
        *([(50, keys[at]), (300, keys[at + 1])] for at in (0, 2, 4)),
    ])  # fmt: skip

    assert licenses(document, "product", "rights") == [("Sample Office Standard", "6")]
    assert document.lines[0].license.keys == tuple(keys)


def test_a_renewal_without_words_of_licensing_still_tells_the_term():
    document = printed("Support Certificate", FACTS, [
        [(50, "SKU"), (130, "Product"), (330, "Qty", "right"), (380, "Start date"), (470, "Expiration date")],
        [(50, "SB-100F"), (130, "Sample Bastion 100F"), (330, "1", "right"), (380, "2026-08-18"), (470, "2029-08-17")],
        [(50, "SB-EMS"), (130, "Sample Console"), (330, "4", "right"), (380, "2026-08-18"), (470, "2027-08-17")],
    ])  # fmt: skip

    assert licenses(document, "product", "rights", "start", "end") == [
        ("Sample Bastion 100F", "1", "2026-08-18", "2029-08-17"),
        ("Sample Console", "4", "2026-08-18", "2027-08-17"),
    ]


def test_keys_tell_the_kind_where_the_only_title_names_an_order():
    keys = ["A2HX2-A4KX4-A6MX6-A7PX7-A9RX9", "B2HX2-B4KX4-B6MX6-B7PX7-B9RX9"]

    document = printed("", [], [
        [(50, "Order reference: PO-88")], [(50, "Delivered: 2026-08-30")], 8,
        [(50, "Sample Classroom 2026")], [(50, "Quantity: 2")], [(50, "Keys:")],
        *([(50, key)] for key in keys),
    ], first=110)  # fmt: skip

    assert document.kind == "license_receipt"
    assert licenses(document, "product", "rights") == [("Sample Classroom 2026", "2")]
    assert document.lines[0].license.keys == tuple(keys)


def test_the_entitlement_and_the_term_of_a_certificate_are_those_of_its_lines():
    facts = ["Entitlement ID: PE-4400", "Subscription period: 15 Nov 2026 – 14 Nov 2027"]
    document = printed("PROOF OF ENTITLEMENT", facts, [
        [(50, "Program"), (250, "Metric"), (400, "Quantity", "right")],
        [(50, "Sample Database"), (250, "Processor"), (400, "16", "right")],
        [(50, "Sample Studio"), (250, "Named user"), (400, "25", "right")],
    ])  # fmt: skip

    assert licenses(document, "product", "entitlement_ids", "start", "end") == [
        ("Sample Database", "('PE-4400',)", "2026-11-15", "2027-11-14"),
        ("Sample Studio", "('PE-4400',)", "2026-11-15", "2027-11-14"),
    ]


def test_labels_of_two_words_stay_whole_in_a_mail():
    document = printed("LICENSE DELIVERY", ["Date: 14 March 2026"], [
        [(50, "Product: Sample Diagram")],
        [(50, "Quantity: 40")],
        [(50, "License type: Subscription, per user")],
        [(50, "Entitlement ID: ENT-44")],
    ])  # fmt: skip

    assert licenses(document, "product", "rights", "type", "entitlement_ids") == [
        ("Sample Diagram", "40", "subscription", "('ENT-44',)")
    ]


def test_a_key_close_behind_its_label_needs_no_colon():
    document = printed("LICENSE CERTIFICATE", FACTS, [
        [(50, "Product: Sample Planner")],
        [(50, "Quantity: 15")],
        [(50, "License key AB1C2-3DE4F-G5H6J")],
    ])  # fmt: skip

    assert licenses(document, "product", "keys") == [("Sample Planner", "('AB1C2-3DE4F-G5H6J',)")]
