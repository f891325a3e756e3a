"""XLA on TensorFlow, under names by which a later process finds what an earlier one compiled.

TensorFlow keeps a compiled program under the names of its functions, and ends each name with a counter of the process:
so only a process that has done exactly the same before would find it. Here each function is named after what the whole
program computes, and a node of ours calls it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

from hyperbounty.errors import TrainingError
from hyperbounty.training.backend import compiled_folder
from hyperbounty.training.cache import VARIABLE, room_in, trim

_log = logging.getLogger(__name__)


class CompiledByXla:
    """`function`, which takes and gives tensors and may use variables, compiled for the shapes of its first call."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._call: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """What `function` gives for `arguments`.

        Raises:
            TrainingError: what was compiled cannot be kept any more.
            tf.errors.OpError: it cannot be compiled, or not be computed.
        """
        if self._call is not None:
            return self._call(*arguments)
        call = _compiled(self._function, arguments, attempt=0)
        try:
            given = call(*arguments)
        except tf.errors.OpError as error:
            # It compiles before it computes: no variable has changed.
            folder = compiled_folder()
            if folder is None:
                raise
            _log.warning("emptied %s: a program could not be read or kept there, or not be compiled", folder)
            trim(folder, 0)
            call = _compiled(self._function, arguments, attempt=1)
            try:
                given = call(*arguments)
            except tf.errors.OpError:
                if room_in(folder):
                    raise
                raise TrainingError(
                    f"compiled programs cannot be kept in {folder}: {error.message}",
                    f"make room there, or set {VARIABLE} to another folder, or to nothing",
                ) from error
        self._call = call
        return given


def _compiled(function: Callable[..., Any], arguments: tuple[Any, ...], *, attempt: int) -> Callable[..., Any]:
    """`function` for `arguments` like these; another `attempt` is another program to TensorFlow."""
    concrete = tf.function(function, autograph=False).get_concrete_function(*arguments)
    functions = _named_after_content(concrete, attempt)
    signature = functions[0].signature
    graph = tf.compat.v1.GraphDef()
    graph.library.function.extend(functions)
    call = graph.node.add(name="call", op="StatefulPartitionedCall")
    call.attr["f"].func.name = signature.name
    call.attr["_XlaMustCompile"].b = True
    call.attr["Tin"].list.type.extend(argument.type for argument in signature.input_arg)
    call.attr["Tout"].list.type.extend(result.type for result in signature.output_arg)
    for place, argument in enumerate(signature.input_arg):
        graph.node.add(name=f"in{place}", op="Placeholder").attr["dtype"].type = argument.type
        call.input.append(f"in{place}")
    whole = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph, name=""), [])
    tensor = whole.graph.get_tensor_by_name
    run = whole.prune(
        [tensor(f"{name}:0") for name in call.input],
        [tensor(f"call:{place}") for place in range(len(signature.output_arg))],
    )
    # Its variables and constants come after its arguments.
    captured, form = list(concrete.captured_inputs), concrete.structured_outputs
    return lambda *given: tf.nest.pack_sequence_as(form, run(*given, *captured))


def _named_after_content(concrete: Any, attempt: int) -> list[Any]:
    """The definitions of the functions that `concrete` is made of, itself first, named by a hash of them all."""
    known = {each.signature.name: each for each in concrete.graph.as_graph_def().library.function}
    functions = [concrete.function_def]
    places = {functions[0].signature.name: 0}
    for function in functions:  # which grows
        for called in _calls(function):
            if called.name not in places:
                places[called.name] = len(functions)
                functions.append(known[called.name])
    functions = [_copy(function) for function in functions]
    for function in functions:
        for name in (function.signature, *_calls(function)):
            name.name = str(places[name.name])
    content = [function.SerializeToString(deterministic=True) for function in functions]
    digest = hashlib.sha256(b"".join([bytes([attempt]), *content])).hexdigest()[:32]
    for function in functions:
        for name in (function.signature, *_calls(function)):
            name.name = f"hyperbounty_{digest}_{name.name}"
    return functions


def _calls(function: Any) -> Iterator[Any]:
    """Where the nodes of a function name other functions."""
    for node in function.node_def:
        for key in sorted(node.attr):
            if node.attr[key].HasField("func"):
                yield node.attr[key].func
            yield from node.attr[key].list.func


def _copy(function: Any) -> Any:
    """`function` without the other counters in it: in names of arguments, results, and gradients, taken by nobody."""
    copy = type(function)()
    copy.CopyFrom(function)
    arguments: dict[str, str] = {}
    for place, argument in enumerate(copy.signature.input_arg):
        name = f"argument_{place}_"
        # Behind a caret stands what only has to come before.
        arguments |= {argument.name: name, f"^{argument.name}": f"^{name}"}
        argument.name = name
        copy.arg_attr[place].attr.pop("_user_specified_name", None)
    for node in copy.node_def:
        node.attr.pop("_gradient_op_type", None)
        node.input[:] = [arguments.get(name, name) for name in node.input]
    given = {result.name: copy.ret[result.name] for result in copy.signature.output_arg}
    copy.ret.clear()
    for place, result in enumerate(copy.signature.output_arg):
        value = given[result.name]
        result.name = f"result_{place}"
        copy.ret[result.name] = arguments.get(value, value)
    return copy
