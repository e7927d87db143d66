"""The headers of orders and products that a store's admin has written over the years, in order. Nothing else."""

_POS = ["Outstanding Balance", "Employee", "Location", "Device ID"]
_PAYMENT = ["Payment ID", "Payment Terms Name", "Next Payment Due At", "Payment References"]
_ADDRESS = ["Name", "Street", "Address1", "Address2", "Company", "City", "Zip", "Province", "Country", "Phone"]
_FULL = [
    *[
        "Name",
        "Email",
        "Financial Status",
        "Paid at",
        "Fulfillment Status",
        "Fulfilled at",
        "Accepts Marketing",
        "Currency",
    ],
    *["Subtotal", "Shipping", "Taxes", "Total", "Discount Code", "Discount Amount", "Shipping Method", "Created at"],
    *["Lineitem quantity", "Lineitem name", "Lineitem price", "Lineitem compare at price", "Lineitem sku"],
    *["Lineitem requires shipping", "Lineitem taxable", "Lineitem fulfillment status"],
    *[f"{kind} {part}" for kind in ("Billing", "Shipping") for part in _ADDRESS],
    *["Notes", "Note Attributes", "Cancelled at", "Payment Method", "Payment Reference", "Refunded Amount", "Vendor"],
    *_POS,
    *["Id", "Tags", "Risk Level", "Source", "Lineitem discount"],
    *[f"Tax {number} {part}" for number in range(1, 6) for part in ("Name", "Value")],
    *["Phone", "Receipt Number", "Duties", "Billing Province Name", "Shipping Province Name"],
    *_PAYMENT,
]
_RENAMED = {
    "Lineitem sku": "Lineitem SKU",
    "Cancelled at": "Canceled at",
    "Lineitem compare at price": "Lineitem compare-at price",
}
ORDER_HEADERS = {
    "orders79": _FULL,
    "orders73": [name for name in _FULL if name not in {*_POS, "Payment ID", "Payment References"}],
    "orders75of2021": [name for name in _FULL if name not in _PAYMENT],
    "orders75of2023": [name for name in _FULL if name not in _POS],
    "orders_before_2021": [name for name in _FULL[: _FULL.index("Receipt Number")] if name not in _POS],
    "orders_in_helps_words": [_RENAMED.get(name, name) for name in _FULL],
}

_OPTIONS = [f"Option{number} {part}" for number in (1, 2, 3) for part in ("Name", "Value")]
_LINKED = [f"Option{number} {part}" for number in (1, 2, 3) for part in ("Name", "Value", "Linked To")]
_VARIANT = [
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
]
_UNIT_PRICE = [f"Unit Price {part} Measure{unit}" for part in ("Total", "Base") for unit in ("", " Unit")]
_PICTURE = ["Image Src", "Image Position", "Image Alt Text", "Gift Card", "SEO Title", "SEO Description"]
_GOOGLE = [
    f"Google Shopping / {part}"
    for part in [
        *["Google Product Category", "Gender", "Age Group", "MPN", "AdWords Grouping", "AdWords Labels"],
        *["Condition", "Custom Product"],
        *[f"Custom Label {number}" for number in range(5)],
    ]
]
_NEWER_GOOGLE = [name for name in _GOOGLE if "AdWords" not in name]
_TAIL = ["Variant Image", "Variant Weight Unit", "Variant Tax Code"]
_HEAD = ["Handle", "Title", "Body (HTML)", "Vendor"]
_SHOWN = ["Type", "Tags", "Published"]
_OLD = [*_HEAD, *_SHOWN, *_OPTIONS, *_VARIANT, "Variant Barcode", *_PICTURE, *_GOOGLE, *_TAIL]
_MARKETS = [
    *["Included / United States", "Included / International", "Price / International"],
    "Compare At Price / International",
]
PRODUCT_HEADERS = {
    "products46": _OLD,
    "products47": [*_OLD, "Cost per item"],
    "products50": [
        *[*_HEAD, "Product Category", *_SHOWN, *_OPTIONS],
        *[name for name in _VARIANT if name != "Variant Inventory Qty"],
        *["Variant Barcode", *_PICTURE, *_NEWER_GOOGLE, *_TAIL, "Cost per item", *_MARKETS, "Status"],
    ],
    "products2026": [
        *[*_HEAD, "Product Category", *_SHOWN, *_LINKED, *_VARIANT, *_UNIT_PRICE, "Variant Barcode", *_PICTURE],
        *[*_NEWER_GOOGLE, "Color (product.metafields.shopify.color-pattern)", *_TAIL, "Cost per item", "Status"],
    ],
}
