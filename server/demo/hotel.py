"""A made-up hotel by the sea, answering in English and Spanish."""

from server.demo.business import Business, Piece

HOTEL = Business(
    name="Tidehouse Hotel",
    domain="tidehouse.example",
    widget_key="wk_demo_tidehouse",
    locale="en",
    timezone="Europe/Lisbon",
    about=(
        "Tidehouse is a hotel with 42 rooms on the harbour of a small town by the sea: breakfast on the terrace, a "
        "small spa, boats to the islands from the pier in front of the door. Guests who book directly get the best "
        "rate."
    ),
    tone="Warm, calm and precise, like a good concierge. Short sentences. No exclamation marks.",
    hours={day: [("08:00", "22:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    brand={
        "color": "#0f5e6e",
        "greeting": "Welcome to Tidehouse. How can we help with your stay?",
        "assistant": "Marina",
    },
    people=(
        ("owner", "Helena Duarte"),
        ("manager", "Tomás Vale"),
        ("agent", "Inês Moreira"),
        ("agent2", "Jonas Lindqvist"),
        ("viewer", "Ruth Abel"),
    ),
    articles=(
        Piece(
            "Check-in and check-out times",
            "Check-in is from 15:00, check-out is until 11:00. If your room is ready earlier we give it to you at once. "
            "You can leave your luggage with us from 08:00 on the day of arrival and until 20:00 on the day of departure, "
            "free of charge. Late arrival after midnight is no problem: tell us, and the night porter will let you in.",
        ),
        Piece(
            "Late check-out and early check-in",
            "Late check-out until 14:00 costs 35 euros, until 18:00 it costs half the room rate. Early check-in from "
            "11:00 costs 25 euros. Both depend on how full the house is, so please ask the day before.",
        ),
        Piece(
            "Breakfast",
            "Breakfast is served from 07:00 to 10:30, at weekends until 11:00, on the terrace when the weather allows. "
            "The buffet has local cheese, fruit, eggs to order, bread from our own oven, and gluten-free and vegan "
            "dishes. It costs 18 euros a person, 9 euros for children from 4 to 12, and is included in the Harbour and "
            "Suite rates. Early boat? We pack a breakfast bag for you from 05:30.",
        ),
        Piece(
            "Cancellation and changes",
            "The flexible rate can be cancelled free of charge until 48 hours before arrival, 15:00 local time. Later "
            "than that we charge the first night. The saver rate can't be cancelled or refunded, but you may move it once "
            "to another date within 12 months for 20 euros. If you booked through another site, its own conditions apply.",
        ),
        Piece(
            "Parking and charging an electric car",
            "We have 18 parking places behind the house, 15 euros a night, to be reserved with your room. Four of them "
            "have a charger of 11 kW with a Type 2 plug; charging costs 0.39 euros a kWh. The garage's height is 2.10 m. "
            "A free public car park is 6 minutes away on foot, at the old fish market.",
        ),
        Piece(
            "How to get here from the airport",
            "The airport is 34 km away. Our transfer costs 48 euros for up to 3 people and 65 euros for up to 7, any time "
            "of the day; please book it 24 hours ahead with your flight number. A taxi takes 30 minutes and costs about "
            "55 euros. Bus 720 runs every 40 minutes until 23:10 and takes 55 minutes to the harbour stop, 4.20 euros.",
        ),
        Piece(
            "Pets",
            "Dogs and cats are welcome in our garden rooms for 20 euros a night, at most two. They get a bowl, a blanket "
            "and a towel for sandy paws. Pets may be on the terrace and in the bar but not in the breakfast room or the "
            "spa. Assistance dogs stay free of charge everywhere.",
        ),
        Piece(
            "Spa, pool and sauna",
            "The spa is open from 09:00 to 21:00: a heated indoor pool of 12 m, a Finnish sauna, a steam room and two "
            "treatment rooms. Pool and sauna are free for guests. A massage of 50 minutes costs 75 euros; please book a "
            "day ahead. Children may use the pool until 18:00 with an adult.",
        ),
        Piece(
            "Rooms and beds",
            "Garden rooms have 20 square metres and a queen bed, Harbour rooms 26 square metres with a balcony over the "
            "water, and Suites 44 square metres with a separate living room. Twin beds, a cot (free) or an extra bed (30 "
            "euros a night) are made up on request. All rooms have air conditioning, a safe, a kettle and free Wi-Fi.",
        ),
        Piece(
            "Children and families",
            "Children under 4 stay free in their parents' bed or a cot. Children from 4 to 12 in an extra bed pay 30 "
            "euros a night with breakfast. We lend buggies, baby baths and bottle warmers, and find a babysitter with two "
            "days' notice (14 euros an hour). Two connecting Harbour rooms suit families of five.",
        ),
        Piece(
            "Accessibility",
            "Three rooms are step-free with a roll-in shower, grab rails and an alarm cord. A lift with a door of 90 cm "
            "reaches every floor, the spa and the garage. The pool has a hoist. The terrace has a ramp. Tell us what you "
            "need, and we check the room before you arrive.",
        ),
        Piece(
            "Best rate when you book directly",
            "On our own website or by message the price is at least 5 % lower than on any booking portal, with a free "
            "late check-out until 12:00. If you find a lower public price for the same room and conditions within 24 "
            "hours, we match it and take off another 5 %.",
        ),
        Piece(
            "Payment and deposit",
            "We take Visa, Mastercard, American Express, bank transfer and cash. The flexible rate needs a card as a "
            "guarantee, nothing is charged before arrival. The saver rate is paid when you book. On arrival we hold 50 "
            "euros a room for extras and release them at check-out. The town tax of 2 euros a person and night is paid at "
            "the hotel.",
        ),
        Piece(
            "Boat trips to the islands",
            "Boats leave from the pier in front of the hotel at 09:30 and 14:00 from April to October. The half-day trip "
            "costs 32 euros, children 18 euros, snorkels included. The whole-day trip with lunch on board costs 68 euros. "
            "We reserve places for you without a fee; in strong wind the captain cancels and you get your money back.",
        ),
        Piece(
            "Restaurant and bar",
            "The restaurant opens from 12:30 to 15:00 and 19:00 to 22:30, closed on Monday evenings. It cooks fish of the "
            "day, vegetables from the valley and always two vegan dishes. A dinner of three courses is 39 euros. The bar "
            "serves until midnight. Please tell us about allergies when you reserve.",
        ),
        Piece(
            "Horario de entrada y salida",
            "La entrada es a partir de las 15:00 y la salida hasta las 11:00. Puede dejar el equipaje con nosotros desde "
            "las 08:00 el día de llegada y hasta las 20:00 el día de salida, sin coste. La salida tardía hasta las 14:00 "
            "cuesta 35 euros.",
            "es",
        ),
        Piece(
            "Desayuno",
            "El desayuno se sirve de 07:00 a 10:30, los fines de semana hasta las 11:00. Cuesta 18 euros por persona y 9 "
            "euros para niños de 4 a 12 años; está incluido en las tarifas Puerto y Suite. Hay platos veganos y sin "
            "gluten.",
            "es",
        ),
        Piece(
            "Cancelación de la reserva",
            "La tarifa flexible se puede cancelar gratis hasta 48 horas antes de la llegada. Después cobramos la primera "
            "noche. La tarifa ahorro no admite cancelación, pero puede cambiar la fecha una vez dentro de 12 meses por 20 "
            "euros.",
            "es",
        ),
        Piece(
            "Traslado desde el aeropuerto",
            "El aeropuerto está a 34 km. Nuestro traslado cuesta 48 euros para un máximo de 3 personas y 65 euros para un "
            "máximo de 7. Resérvelo con 24 horas de antelación y el número de vuelo. El autobús 720 tarda 55 minutos y "
            "cuesta 4,20 euros.",
            "es",
        ),
        Piece(
            "Mascotas",
            "Se admiten perros y gatos en las habitaciones del jardín por 20 euros la noche, dos como máximo. Los perros "
            "de asistencia se alojan gratis en toda la casa.",
            "es",
        ),
    ),
)
