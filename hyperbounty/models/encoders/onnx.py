"""A network that turns numbers into features, as an ONNX file in the store."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from hyperbounty.errors import ContentTooLarge, ManifestError
from hyperbounty.extras import require
from hyperbounty.models.encoders.encoder import Encode, Raw, numbers_of
from hyperbounty.models.encoders.scale import Numbers, Scale
from hyperbounty.models.kinds import Shape
from hyperbounty.models.samples import SampleError
from hyperbounty.store import Cid, ContentStore
from hyperbounty.store.documents import Document

MAX_FILE: Final = 64 * 1024 * 1024

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Axes = Annotated[tuple[Annotated[int, Field(ge=1, le=2**20)], ...], Field(min_length=1, max_length=8)]


class OnnxEncoder(Document):
    """The numbers go through a network, and what comes out is scaled to int16.

    Other hardware, and another version of ONNX Runtime, can give other last bits and so a neighbouring int16: only the
    features that are handed in count. The file is a program of the model's creator that runs on the reader's machine,
    within ONNX Runtime: open it for a creator that you trust.

    Attributes:
        file: CID of the ONNX file, at most 64 MiB, without external data.
        input, output: names of the tensors that are used.
        input_shape: of the input, float32; its numbers are given in row-major order.
        offsets, factors: of the scale (`Scale`), one a feature or one for all.
    """

    kind: Literal["onnx"] = "onnx"
    file: Annotated[str, StringConstraints(pattern=r"^b[a-z2-7]{20,120}$")]
    input: Name
    input_shape: Axes
    output: Name
    offsets: Numbers = (0.0,)
    factors: Numbers

    def check(self, shape: Shape) -> None:
        """Only a model that takes values is fit.

        Raises:
            ManifestError: it takes active features, or another number of values.
        """
        self._scale.check(shape)

    def ready(self, shape: Shape, store: ContentStore) -> Encode:
        """Numbers, as many as the input takes.

        Raises:
            MissingExtra: ONNX Runtime is not installed.
            ContentNotFound: nobody has the file.
            ManifestError: it is no such file, or larger than 64 MiB.
        """
        require("onnx")
        import numpy as np

        try:
            session = _session(store.get(Cid.parse(self.file), max_bytes=MAX_FILE))
        except ContentTooLarge as error:
            raise _no_network(self.file, f"is larger than {MAX_FILE:,} bytes") from error
        known = {each.name for each in session.get_inputs()}, {each.name for each in session.get_outputs()}
        if known[0] != {self.input} or self.output not in known[1]:
            raise _no_network(self.file, f"has no output {self.output!r}, or not the one input {self.input!r}")
        scale, axes = self._scale, self.input_shape

        def encode(raw: Raw) -> tuple[int, ...]:
            numbers = numbers_of(raw)
            try:
                given = np.asarray(numbers, np.float32).reshape(axes)
            except (ValueError, OverflowError) as error:
                raise SampleError(
                    f"{len(numbers):,} numbers were given for an input of {' x '.join(map(str, axes))}",
                    "give as many numbers as the encoder's input takes",
                ) from error
            try:
                (made,) = session.run([self.output], {self.input: given})
            # ONNX Runtime has no common base for its errors below Exception.
            except Exception as error:
                raise _no_network(self.file, "does not take such an input") from error
            values = np.asarray(made).ravel()
            if values.dtype.kind not in "fiu" or len(values) != shape.features:
                raise _no_network(self.file, f"gives no {shape.features:,} numbers")
            return scale.scaled(values.tolist())

        return encode

    @property
    def _scale(self) -> Scale:
        return Scale(offsets=self.offsets, factors=self.factors)


def _session(data: bytes) -> Any:
    """The network in these bytes, in one thread and without rewriting it, so that it computes as alike as it can."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # As above.
        raise ManifestError(
            "the encoder is no ONNX file that can be run here", "ask who published the model"
        ) from error


def _no_network(file: str, what: str) -> ManifestError:
    return ManifestError(f"the encoder {file} {what}", "ask who published the model")
