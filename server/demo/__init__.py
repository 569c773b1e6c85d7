"""Two made-up businesses to try Parley with. Nothing here is a real place."""

from server.demo.hotel import HOTEL
from server.demo.shop import SHOP

DEMOS = (HOTEL, SHOP)
