"""Keras' recurrent layers on TensorFlow, with a loop that XLA makes faster code of. The mathematics are Keras'.

Keras multiplies input and state apart at every row of a window, and TensorFlow derives the gradient of such a loop from
its operations. Here [input, state] meets both kernels in one product, and the gradient is written down: the loop keeps
its products and states alone, the way back computes the gates from them again, multiplies with a kernel transposed
once for all rows and sums up the kernel's gradient as it goes. benchmarks/evaluator/results.md says what that is worth.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

from hyperbounty.training.backend import keras


class _Recurrent:
    """A layer of Keras whose loop over the rows is `_recur`. A cell says which product it takes and what follows it."""

    cell: Any
    go_backwards: bool
    return_sequences: bool

    def joined(self) -> tuple[Any, Any]:
        """Kernel `[features + units, products]` and bias `[products]` of the product that a row takes."""
        cell = self.cell
        return tf.concat([cell.kernel, cell.recurrent_kernel], 0), tf.convert_to_tensor(cell.bias)

    @abstractmethod
    def advance(self, product: Any, states: Sequence[Any]) -> list[Any]:
        """The states `[batch, units]` after a row, the output first, from its `product` and those before it."""

    def inner_loop(self, sequences: Any, initial_state: Any, mask: Any, training: bool = False) -> tuple[Any, Any, Any]:
        """What Keras' layers call; the windows here are never masked, and of the states the output alone goes on."""
        rows = tf.transpose(sequences, [1, 0, 2])
        if self.go_backwards:
            rows = rows[::-1]
        states = initial_state if isinstance(initial_state, list | tuple) else [initial_state]
        passed = _recur if training else _predict
        outputs = passed(self, rows, list(states), *self.joined())
        return outputs[-1], tf.transpose(outputs, [1, 0, 2]), states


@keras.saving.register_keras_serializable("hyperbounty")
class SimpleRNN(_Recurrent, keras.layers.SimpleRNN):  # type: ignore[misc,unused-ignore]
    """`keras.layers.SimpleRNN`."""

    def advance(self, product: Any, states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        return [self.cell.activation(product)]


@keras.saving.register_keras_serializable("hyperbounty")
class GRU(_Recurrent, keras.layers.GRU):  # type: ignore[misc,unused-ignore]
    """`keras.layers.GRU`, with the reset gate after the product (Cho et al. 2014 as cuDNN has it)."""

    def joined(self) -> tuple[Any, Any]:
        """See `_Recurrent`. The candidate needs its two products apart, so each has columns that the other leaves 0."""
        cell, units = self.cell, self.cell.units
        kernel, recurrent = tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel)
        gates = 2 * units
        above = [kernel, tf.zeros([kernel.shape[0], units])]
        below = [recurrent[:, :gates], tf.zeros([units, units]), recurrent[:, gates:]]
        of_input, of_state = tf.unstack(tf.convert_to_tensor(cell.bias))
        bias = [of_input[:gates] + of_state[:gates], of_input[gates:], of_state[gates:]]
        return tf.concat([tf.concat(above, 1), tf.concat(below, 1)], 0), tf.concat(bias, 0)

    def advance(self, product: Any, states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        update, reset, of_input, of_state = tf.split(product, 4, 1)
        update = tf.sigmoid(update)
        candidate = self.cell.activation(of_input + tf.sigmoid(reset) * of_state)
        return [update * states[0] + (1 - update) * candidate]


@keras.saving.register_keras_serializable("hyperbounty")
class LSTM(_Recurrent, keras.layers.LSTM):  # type: ignore[misc,unused-ignore]
    """`keras.layers.LSTM` (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

    def advance(self, product: Any, states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        enter, keep, candidate, leave = tf.split(product, 4, 1)
        carry = tf.sigmoid(keep) * states[1] + tf.sigmoid(enter) * self.cell.activation(candidate)
        return [tf.sigmoid(leave) * self.cell.activation(carry), carry]


def _predict(layer: _Recurrent, rows: Any, begin: list[Any], kernel: Any, bias: Any) -> Any:
    """What `_recur` gives, keeping nothing for a gradient."""
    length, batch, _ = rows.shape

    def forward(t: Any, *carried: Any) -> tuple[Any, ...]:
        states, outputs = list(carried[: len(begin)]), carried[len(begin) :]
        states = layer.advance(_product(rows[t], states[0], kernel, bias), states)
        return t + 1, *states, *(array.write(t, states[0]) for array in outputs)

    arrays = [_array(length, batch, begin[0].shape[1])] if layer.return_sequences else []
    _, last, *done = _loop(length, forward, [*begin, *arrays])
    return done[-1].stack() if layer.return_sequences else last[None]


def _recur(layer: _Recurrent, rows: Any, begin: list[Any], kernel: Any, bias: Any) -> Any:
    """Outputs `[length or 1, batch, units]` of `layer` over `rows` `[length, batch, features]`.

    They are those of every row where the layer returns its sequence, otherwise the last alone. Gradients reach rows,
    kernel and bias, not the states to `begin` with.
    """
    length, batch, features = rows.shape

    @tf.custom_gradient  # type: ignore[untyped-decorator,unused-ignore]
    def run(rows: Any, kernel: Any, bias: Any) -> tuple[Any, Any]:
        def forward(t: Any, *carried: Any) -> tuple[Any, ...]:
            states, (products, *before) = carried[: len(begin)], carried[len(begin) :]
            product = _product(rows[t], states[0], kernel, bias)
            kept = [array.write(t, state) for array, state in zip(before, states, strict=True)]
            return t + 1, *layer.advance(product, states), products.write(t, product), *kept

        arrays = [_array(length, batch, width) for width in (bias.shape[0], *(state.shape[1] for state in begin))]
        _, *done = _loop(length, forward, [*begin, *arrays])
        products, *before = (array.stack() for array in done[len(begin) :])
        last = done[0][None]

        def gradient(wanted: Any) -> tuple[Any, Any, Any]:
            backwards = tf.transpose(kernel[features:])

            def backward(k: Any, *carried: Any) -> tuple[Any, ...]:
                t = length - 1 - k
                after, (of_kernel, of_bias, of_products) = list(carried[: len(begin)]), carried[len(begin) :]
                if layer.return_sequences:
                    after[0] = after[0] + wanted[t]
                product, states = products[t], [each[t] for each in before]
                with tf.GradientTape() as tape:
                    tape.watch([product, *states])
                    reached = layer.advance(product, states)
                of_product, *of_states = tape.gradient(reached, [product, *states], after)
                through = tf.matmul(of_product, backwards)
                # The output of a row enters the next through the product, and in a GRU directly, too.
                of_states[0] = through if of_states[0] is None else through + of_states[0]
                entered = tf.concat([rows[t], states[0]], 1)
                of_kernel = of_kernel + tf.matmul(entered, of_product, transpose_a=True)
                of_bias = of_bias + tf.reduce_sum(of_product, 0)
                return k + 1, *of_states, of_kernel, of_bias, of_products.write(t, of_product)

            after = [tf.zeros_like(state) for state in begin]
            if not layer.return_sequences:
                after[0] = wanted[0]
            sums = [tf.zeros_like(kernel), tf.zeros_like(bias), _array(length, batch, bias.shape[0])]
            _, *done = _loop(length, backward, [*after, *sums])
            of_kernel, of_bias, of_products = done[len(begin) :]
            # Left out by the compiler where the rows are data.
            flat = tf.reshape(of_products.stack(), [-1, kernel.shape[1]])
            of_rows = tf.matmul(flat, kernel[:features], transpose_b=True)
            return tf.reshape(of_rows, tf.shape(rows)), of_kernel, of_bias

        return (tf.concat([before[0][1:], last], 0) if layer.return_sequences else last), gradient

    return run(rows, kernel, bias)


def _product(row: Any, state: Any, kernel: Any, bias: Any) -> Any:
    """What `_Recurrent.advance` takes: `[batch, products]`."""
    return tf.matmul(tf.concat([row, state], 1), kernel) + bias


def _loop(length: int, body: Any, begin: list[Any]) -> Any:
    """What `body` makes of a counter from 0 and `begin` after `length` turns."""
    return tf.while_loop(lambda i, *_: i < length, body, (0, *begin), maximum_iterations=length)


def _array(length: int, batch: int | None, width: int) -> Any:
    """An array to write `length` matrices `[batch, width]` in."""
    return tf.TensorArray(tf.float32, length, element_shape=[batch, width])
