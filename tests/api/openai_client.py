"""The official client of OpenAI, against a server of ours: python openai_client.py http://127.0.0.1:7700"""

import math
import sys

import openai

client = openai.OpenAI(base_url=f"{sys.argv[1]}/v1", api_key="none-is-needed", max_retries=0)


def refused(**asked):
    try:
        client.embeddings.create(model="priorart", **asked)
    except openai.BadRequestError as error:
        return error.message
    raise AssertionError(f"{asked} was taken")


# The client asks for base64 where no format is named, and decodes it.
decoded = client.embeddings.create(model="priorart", input=["a lithium battery", "an anode"])
plain = client.embeddings.create(model="priorart", input="a lithium battery", encoding_format="float")
first = decoded.data[0].embedding
assert [one.index for one in decoded.data] == [0, 1]
assert math.isclose(math.hypot(*first), 1.0, rel_tol=1e-5)
assert all(math.isclose(a, b, abs_tol=1e-5) for a, b in zip(first, plain.data[0].embedding, strict=True))
assert decoded.usage.prompt_tokens == decoded.usage.total_tokens > plain.usage.total_tokens > 0
assert "token ids are not taken" in refused(input=[1, 2, 3])
assert "the model reads" in refused(input="battery " * 1000)
print("the openai client understands the server")
