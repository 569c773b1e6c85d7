"""The models that can answer. A new one is a file here and a line in `choose`."""

from server.ai.models.anthropic import Anthropic
from server.ai.models.base import Model
from server.ai.models.offline import Offline


def choose(anthropic_api_key: str, anthropic_model: str, anthropic_base_url: str = "") -> Model:
    """Claude where there is a key, else the engine that needs nobody."""
    if anthropic_api_key:
        return Anthropic(anthropic_api_key, anthropic_model, anthropic_base_url)
    return Offline()
