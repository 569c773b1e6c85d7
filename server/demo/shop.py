"""A made-up shop for tea, coffee and what one brews them with."""

from server.demo.business import Business, Piece

SHOP = Business(
    name="Fern & Kettle",
    domain="fernandkettle.example",
    widget_key="wk_demo_fernkettle",
    locale="en",
    timezone="Europe/London",
    about=(
        "Fern & Kettle sells loose tea, fresh-roasted coffee, kettles, grinders and hand-made cups, on the web and in "
        "one shop with a tasting bar. Orders before 14:00 leave the same day."
    ),
    tone="Friendly and to the point, with a little humour. British spelling.",
    hours={day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [("10:00", "16:00")]},
    brand={
        "color": "#2f6b3c",
        "greeting": "Hello! Ask us anything about tea, coffee or your order.",
        "assistant": "Fern",
    },
    people=(
        ("owner", "Priya Raman"),
        ("manager", "Callum Reid"),
        ("agent", "Mei Tanaka"),
        ("agent2", "Oscar Bright"),
        ("viewer", "Nora Quinn"),
    ),
    articles=(
        Piece(
            "Delivery times and shipping costs",
            "Orders placed before 14:00 on a working day leave the same day. Standard delivery takes 2 to 3 working days "
            "and costs £3.95, free from £40. Next-day delivery costs £6.50 when ordered before 14:00, Monday to Friday. "
            "You get a tracking link by e-mail when the parcel leaves us.",
        ),
        Piece(
            "International shipping",
            "We ship to the EU, Norway, Switzerland, the USA and Canada. Europe takes 4 to 7 working days and costs "
            "£9.50, North America 6 to 10 working days and costs £16. Duties and import VAT for the EU are in the price "
            "that you see at checkout; elsewhere the carrier collects them.",
        ),
        Piece(
            "Returns and refunds",
            "Send anything back within 30 days, unused and in its packaging, and we refund it within 5 working days of "
            "its arrival, to the card that you paid with. Opened tea and coffee can't be returned unless something is "
            "wrong with it. Returns of kettles and grinders are free: ask us for a label.",
        ),
        Piece(
            "Something arrived broken or is missing",
            "We are sorry, and we put it right. Send us a photo and your order number within 14 days, and we ship a "
            "replacement the same day or refund you, as you like. You needn't return broken cups or teapots.",
        ),
        Piece(
            "Where is my order?",
            "The tracking link in the e-mail 'Your parcel is on its way' shows where it is. Without a movement for 3 "
            "working days, tell us your order number (it begins with FK and has six digits) and we look for it with the "
            "carrier.",
        ),
        Piece(
            "Change or cancel an order",
            "We can change or cancel an order until it is packed, usually within 2 hours. Give us the order number and "
            "what to change. Afterwards, simply refuse the parcel or send it back, and we refund it.",
        ),
        Piece(
            "Which kettle should I choose?",
            "For pour-over coffee take the Gooseneck 0.9 l (£79): it pours slowly and holds any temperature from 40 to "
            "100 degrees for an hour. For tea for a family, the Harbour 1.7 l (£54) boils fast and is quiet. The Stove-"
            "Top 1.2 l (£46) works on gas, induction and a camp fire. All have two years of warranty.",
        ),
        Piece(
            "Water temperature and brewing times for tea",
            "Green tea: 70 to 80 degrees, 2 minutes. White tea: 80 degrees, 4 minutes. Oolong: 90 degrees, 3 minutes, "
            "several times. Black tea: 96 degrees, 3 to 4 minutes. Herbal tea: boiling, 6 minutes. Take about 2.5 g, a "
            "heaped teaspoon, for a cup of 200 ml.",
        ),
        Piece(
            "Grinding coffee and choosing a grind",
            "We grind for free: choose espresso, moka, filter, French press or cold brew at checkout, or take whole "
            "beans. Whole beans keep their flavour for 6 weeks after roasting, ground coffee for about 10 days. The hand "
            "grinder Pebble (£62) has 38 steps and does everything but espresso; the electric Quarry (£189) does that "
            "too.",
        ),
        Piece(
            "Coffee and tea subscriptions",
            "A subscription comes every 1, 2 or 4 weeks and costs 10 % less than single bags, shipping included. You can "
            "pause, skip or stop it at any time in your account, until two days before the next parcel. There is no "
            "minimum term.",
        ),
        Piece(
            "Caffeine-free and decaf",
            "Our decaf is made with water, without solvents, and has less than 0.1 % caffeine: Quiet Hills (chocolate, "
            "hazelnut) and Night Garden (red fruit). Rooibos, peppermint, camomile and the Orchard fruit tea have no "
            "caffeine at all.",
        ),
        Piece(
            "Allergies, vegan and organic",
            "All teas and coffees are vegan. Teas with almond pieces (Orchard Almond, Winter Kitchen) contain nuts, and "
            "everything is packed in a room where nuts are handled. Bags with the green leaf are certified organic; at "
            "present 31 of 54.",
        ),
        Piece(
            "Warranty and repairs",
            "Kettles and grinders have two years of warranty, hand-made cups 60 days against cracks. Send us a short film "
            "of the fault with your order number. After the warranty we repair grinders at cost: new burrs for the Pebble "
            "are £18, for the Quarry £34.",
        ),
        Piece(
            "Gift cards and gift wrapping",
            "Gift cards from £10 to £250 come by e-mail at once or on a card by post, and are valid for 3 years. Wrapping "
            "in cloth with a hand-written note costs £4. Choose 'this is a gift' and the parcel holds no prices.",
        ),
        Piece(
            "The shop and the tasting bar",
            "You find us at 14 Fern Lane. We are open Monday to Friday from 9:00 to 18:00 and Saturday from 10:00 to "
            "16:00. At the bar you can taste any tea or coffee for £2. Tasting evenings are on the first Thursday of the "
            "month, 19:00, £15; please reserve a place.",
        ),
        Piece(
            "Payment methods",
            "We take all common cards, Apple Pay, Google Pay, PayPal and bank transfer. Businesses can pay by invoice "
            "within 14 days after their third order. Prices include VAT.",
        ),
        Piece(
            "Wholesale for cafés and offices",
            "From 5 kg of coffee or 2 kg of tea a month you get wholesale prices, from 18 % off, with free delivery every "
            "Tuesday, training for your staff and a grinder on loan. Tell us how much you use a month, and Callum makes "
            "you an offer within two working days.",
        ),
        Piece(
            "Cleaning and descaling a kettle",
            "Fill the kettle with one litre of water and 30 g of citric acid, heat it to 60 degrees, wait 20 minutes and "
            "rinse twice. In hard water do this every month. Don't use vinegar on the Gooseneck: it attacks the seal.",
        ),
    ),
)
