"""Recurrent layers for XLA on TensorFlow: the numbers of Keras' layers but for rounding, in less time.

Two things are taken out of the loop over time, where matrices are small and memory is read again at each step. The product
of the inputs with their kernel is one product over all steps. So is the gradient of the recurrent kernel: the loop on the
way back gives the gradient of each step's gates, and their product with the states, over all steps at once, is what
automatic differentiation adds up step by step. The way back is therefore written out below, by the chain rule.

With h the state before a step, x the inputs' product with bias, U the recurrent kernel, s the sigmoid, a the activation:

    SimpleRNN  h' = a(x + hU)
    LSTM       i, f, o = s(x + hU), g = a(x + hU);  c' = f c + i g;  h' = o a(c')
    GRU        z, r = s(x + hU + b), g = a(x + r (hU + b));  h' = z h + (1 - z) g
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

from hyperbounty.training.backend import keras

_SELU_SCALE: Final = 1.0507009873554805
_SELU_BELOW: Final = 1.7580993408473766
"""Scale, and scale times alpha, of Klambauer et al. 2017."""

# The slope of an activation by its value; the activations that are not here rise and fall, so their value tells no slope.
_SLOPES: Final[dict[str, Callable[[Any], Any]]] = {
    "tanh": lambda a: 1.0 - a * a,
    "sigmoid": lambda a: a * (1.0 - a),
    "relu": lambda a: tf.cast(a > 0.0, tf.float32),
    "elu": lambda a: tf.where(a > 0.0, 1.0, a + 1.0),
    "selu": lambda a: tf.where(a > 0.0, _SELU_SCALE, a + _SELU_BELOW),
    "softsign": lambda a: tf.square(1.0 - tf.abs(a)),
}


def call(model: Any, inputs: Any, activation: str, *, training: bool) -> Any:
    """What `model(inputs, training=training)` gives for a model of `build_model` whose cells have this activation."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.Bidirectional) and activation in _SLOPES:
            ways = [_recurrent(one, inputs, activation) for one in (layer.forward_layer, layer.backward_layer)]
            inputs = tf.concat(ways, axis=-1)
        elif isinstance(layer, keras.layers.RNN) and activation in _SLOPES:
            inputs = _recurrent(layer, inputs, activation)
        else:
            inputs = layer(inputs, training=training)
    return inputs


def _recurrent(layer: Any, inputs: Any, activation: str) -> Any:
    """[batch, length, features] through one layer in its direction: [batch, length, units], or [batch, units]."""
    cell = layer.cell
    kernel, recurrent, bias = (variable.value for variable in (cell.kernel, cell.recurrent_kernel, cell.bias))
    steps = tf.transpose(inputs, (1, 0, 2))
    if layer.go_backwards:
        steps = tf.reverse(steps, (0,))
    activate, slope = keras.activations.get(activation), _SLOPES[activation]
    if isinstance(cell, keras.layers.LSTMCell):
        # The three gates beside each other, and then what they let through.
        kernel, recurrent, bias = (_reordered(weight) for weight in (kernel, recurrent, bias))
        states = _lstm(steps @ kernel + bias, recurrent, activate, slope)
    elif isinstance(cell, keras.layers.GRUCell):
        states = _gru(steps @ kernel + bias[0], recurrent, bias[1], activate, slope)
    else:
        states = _simple(steps @ kernel + bias, recurrent, activate, slope)
    if not layer.return_sequences:
        return states[-1]
    return tf.transpose(tf.reverse(states, (0,)) if layer.go_backwards else states, (1, 0, 2))


def _reordered(weight: Any) -> Any:
    i, f, g, o = tf.split(weight, 4, axis=-1)
    return tf.concat([i, f, o, g], axis=-1)


def _simple(x: Any, recurrent: Any, activate: Any, slope: Any) -> Any:
    """States [length, batch, units] of `x` [length, batch, units]."""
    zero = tf.zeros((x.shape[1], recurrent.shape[0]))

    @tf.custom_gradient  # type: ignore[untyped-decorator,unused-ignore]
    def run(x: Any, recurrent: Any) -> Any:
        def step(carry: tuple[Any], read: tuple[Any]) -> tuple[tuple[Any], tuple[Any]]:
            state = activate(read[0] + carry[0] @ recurrent)
            return (state,), (state,)

        (states,) = _scan(step, (zero,), (x,), (zero.shape[1],))

        def back(upstream: Any) -> tuple[Any, Any]:
            def step_back(carry: tuple[Any], read: tuple[Any, Any]) -> tuple[tuple[Any], tuple[Any]]:
                into, state = read
                gates = (carry[0] + into) * slope(state)
                return (tf.matmul(gates, recurrent, transpose_b=True),), (gates,)

            (gates,) = _scan(step_back, (zero,), (upstream, states), (zero.shape[1],), backwards=True)
            return gates, _over_all_steps(_before(states, zero), gates)

        return states, back

    return run(x, recurrent)


def _lstm(x: Any, recurrent: Any, activate: Any, slope: Any) -> Any:
    """States [length, batch, units] of `x` [length, batch, 4 units]: input, forget and output gate, candidate."""
    units = recurrent.shape[0]
    zero = tf.zeros((x.shape[1], units))

    @tf.custom_gradient  # type: ignore[untyped-decorator,unused-ignore]
    def run(x: Any, recurrent: Any) -> Any:
        def step(carry: tuple[Any, Any], read: tuple[Any]) -> tuple[tuple[Any, Any], tuple[Any, ...]]:
            z = read[0] + carry[0] @ recurrent
            gates, candidate = tf.sigmoid(z[:, : 3 * units]), activate(z[:, 3 * units :])
            i, f, o = _thirds(gates)
            cell = f * carry[1] + i * candidate
            shown = activate(cell)
            state = o * shown
            return (state, cell), (state, cell, gates, candidate, shown)

        widths = (units, units, 3 * units, units, units)
        states, cells, gates, candidates, shown = _scan(step, (zero, zero), (x,), widths)

        def back(upstream: Any) -> tuple[Any, Any]:
            def step_back(carry: tuple[Any, Any], read: tuple[Any, ...]) -> tuple[tuple[Any, Any], tuple[Any]]:
                into, before, gates, candidate, shown = read
                i, f, o = _thirds(gates)
                state = carry[0] + into
                cell = carry[1] + state * o * slope(shown)
                let = tf.concat([cell * candidate, cell * before, state * shown], axis=-1)
                z = tf.concat([let * gates * (1.0 - gates), cell * i * slope(candidate)], axis=-1)
                return (tf.matmul(z, recurrent, transpose_b=True), cell * f), (z,)

            reads = (upstream, _before(cells, zero), gates, candidates, shown)
            (z,) = _scan(step_back, (zero, zero), reads, (4 * units,), backwards=True)
            return z, _over_all_steps(_before(states, zero), z)

        return states, back

    return run(x, recurrent)


def _gru(x: Any, recurrent: Any, bias: Any, activate: Any, slope: Any) -> Any:
    """States [length, batch, units] of `x` [length, batch, 3 units]: update and reset gate, candidate."""
    units = recurrent.shape[0]
    zero = tf.zeros((x.shape[1], units))

    @tf.custom_gradient  # type: ignore[untyped-decorator,unused-ignore]
    def run(x: Any, recurrent: Any, bias: Any) -> Any:
        def step(carry: tuple[Any], read: tuple[Any]) -> tuple[tuple[Any], tuple[Any, ...]]:
            own = carry[0] @ recurrent + bias
            gates = tf.sigmoid(read[0][:, : 2 * units] + own[:, : 2 * units])
            update, reset = gates[:, :units], gates[:, units:]
            past = own[:, 2 * units :]
            candidate = activate(read[0][:, 2 * units :] + reset * past)
            state = update * carry[0] + (1.0 - update) * candidate
            return (state,), (state, gates, past, candidate)

        states, gates, pasts, candidates = _scan(step, (zero,), (x,), (units, 2 * units, units, units))

        def back(upstream: Any) -> tuple[Any, Any, Any]:
            def step_back(carry: tuple[Any], read: tuple[Any, ...]) -> tuple[tuple[Any], tuple[Any, Any]]:
                into, before, gates, past, candidate = read
                update, reset = gates[:, :units], gates[:, units:]
                state = carry[0] + into
                inner = state * (1.0 - update) * slope(candidate)
                let = tf.concat([state * (before - candidate), inner * past], axis=-1) * gates * (1.0 - gates)
                own = tf.concat([let, inner * reset], axis=-1)
                return (state * update + tf.matmul(own, recurrent, transpose_b=True),), (own, inner)

            before = _before(states, zero)
            reads = (upstream, before, gates, pasts, candidates)
            own, inner = _scan(step_back, (zero,), reads, (3 * units, units), backwards=True)
            of_x = tf.concat([own[:, :, : 2 * units], inner], axis=-1)
            return of_x, _over_all_steps(before, own), tf.reduce_sum(own, (0, 1))

        return states, back

    return run(x, recurrent, bias)


def _thirds(gates: Any) -> Any:
    return tf.split(gates, 3, axis=-1)


def _before(states: Any, zero: Any) -> Any:
    """The state before each step, [length, batch, units]."""
    return tf.concat([zero[None], states[:-1]], axis=0)


def _over_all_steps(states: Any, gates: Any) -> Any:
    """Sum over steps and batch of the outer products of states and gates: the gradient of the kernel between them."""
    flat = (tf.reshape(tensor, (-1, tensor.shape[-1])) for tensor in (states, gates))
    return tf.matmul(*flat, transpose_a=True)


def _scan(step: Any, carry: Any, reads: Any, widths: tuple[int, ...], *, backwards: bool = False) -> tuple[Any, ...]:
    """What `step(carry, (read[t], …)) -> carry, (written, …)` writes at each time t: each [length, batch, width]."""
    length, batch = reads[0].shape[0], carry[0].shape[0]
    written = tuple(tf.TensorArray(tf.float32, length, element_shape=(batch, width)) for width in widths)

    def body(count: Any, carry: Any, written: Any) -> Any:
        time = length - 1 - count if backwards else count
        carry, values = step(carry, tuple(read[time] for read in reads))
        return count + 1, carry, tuple(array.write(time, value) for array, value in zip(written, values, strict=True))

    begin = (tf.constant(0), carry, written)
    _, _, written = tf.while_loop(lambda count, *_: count < length, body, begin, maximum_iterations=length)
    return tuple(array.stack() for array in written)
