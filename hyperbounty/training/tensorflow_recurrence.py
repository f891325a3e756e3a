"""Keras' recurrent layers on TensorFlow, with a loop that XLA makes faster code of. The mathematics are Keras'.

Keras multiplies input and state apart at every row of a window, and TensorFlow derives the gradient of such a loop from
its operations. Here [input, state] meets both kernels in one product, and the gradient is written down: the loop keeps
its products and states alone, the way back computes the gates from them again, multiplies with a kernel transposed
once for all rows and sums up the kernels' gradients as it goes. benchmarks/evaluator/results.md says what it is worth.
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

    def joined(self) -> tuple[list[Any], list[Any]]:
        """Kernels and biases of the products that a row takes: of [input, state] and, in a GRU, of the input alone."""
        cell = self.cell
        return [tf.concat([cell.kernel, cell.recurrent_kernel], 0)], [tf.convert_to_tensor(cell.bias)]

    @abstractmethod
    def advance(self, products: Sequence[Any], states: Sequence[Any]) -> list[Any]:
        """The states `[batch, units]` after a row, the output first, from its `products` and those before it."""

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

    def advance(self, products: Sequence[Any], states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        return [self.cell.activation(products[0])]


@keras.saving.register_keras_serializable("hyperbounty")
class GRU(_Recurrent, keras.layers.GRU):  # type: ignore[misc,unused-ignore]
    """`keras.layers.GRU`, with the reset gate after the product (Cho et al. 2014 as cuDNN has it)."""

    def joined(self) -> tuple[list[Any], list[Any]]:
        """See `_Recurrent`. The candidate needs its two products apart, so the state's part of it knows no input."""
        cell = self.cell
        gates = 2 * cell.units  # columns of the update and the reset gate
        kernel = tf.convert_to_tensor(cell.kernel)  # [features, 3 units]
        recurrent = tf.convert_to_tensor(cell.recurrent_kernel)  # [units, 3 units]
        above = tf.concat([kernel[:, :gates], tf.zeros([kernel.shape[0], cell.units])], 1)
        of_input, of_state = tf.unstack(tf.convert_to_tensor(cell.bias))
        bias = tf.concat([of_input[:gates] + of_state[:gates], of_state[gates:]], 0)
        return [tf.concat([above, recurrent], 0), kernel[:, gates:]], [bias, of_input[gates:]]

    def advance(self, products: Sequence[Any], states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        update_gate, reset_gate, of_state = tf.split(products[0], 3, 1)
        of_input = products[1]
        update = tf.sigmoid(update_gate)
        candidate = self.cell.activation(of_input + tf.sigmoid(reset_gate) * of_state)
        return [update * states[0] + (1 - update) * candidate]


@keras.saving.register_keras_serializable("hyperbounty")
class LSTM(_Recurrent, keras.layers.LSTM):  # type: ignore[misc,unused-ignore]
    """`keras.layers.LSTM` (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

    def advance(self, products: Sequence[Any], states: Sequence[Any]) -> list[Any]:
        """See `_Recurrent`."""
        input_gate, forget_gate, cell_gate, output_gate = tf.split(products[0], 4, 1)
        carry = tf.sigmoid(forget_gate) * states[1] + tf.sigmoid(input_gate) * self.cell.activation(cell_gate)
        return [tf.sigmoid(output_gate) * self.cell.activation(carry), carry]


def _predict(layer: _Recurrent, rows: Any, begin: list[Any], kernels: list[Any], biases: list[Any]) -> Any:
    """What `_recur` gives, keeping nothing for a gradient."""
    length, batch, _ = rows.shape

    def forward(t: Any, *carried: Any) -> tuple[Any, ...]:
        states = list(carried[: len(begin)])
        outputs = carried[len(begin) :]
        states = layer.advance(_products(rows[t], states[0], kernels, biases), states)
        return t + 1, *states, *(array.write(t, states[0]) for array in outputs)

    arrays = [_array(length, batch, begin[0].shape[1])] if layer.return_sequences else []
    _, last, *done = _loop(length, forward, [*begin, *arrays])
    return done[-1].stack() if layer.return_sequences else last[None]


def _recur(layer: _Recurrent, rows: Any, begin: list[Any], kernels: list[Any], biases: list[Any]) -> Any:
    """Outputs `[length or 1, batch, units]` of `layer` over `rows` `[length, batch, features]`.

    They are those of every row where the layer returns its sequence, otherwise the last alone. Gradients reach rows,
    kernels and biases, not the states to `begin` with.
    """
    length, batch, features = rows.shape
    count = len(kernels)
    # A loop carries a flat list: states first, then (on the way back) the sums for kernels and biases, then arrays.
    states_end = len(begin)
    sums_end = states_end + 2 * count

    @tf.custom_gradient  # type: ignore[untyped-decorator,unused-ignore]
    def run(rows: Any, *joined: Any) -> tuple[Any, Any]:
        kernels = joined[:count]
        biases = joined[count:]

        def forward(t: Any, *carried: Any) -> tuple[Any, ...]:
            states = carried[:states_end]
            arrays = carried[states_end:]
            products = _products(rows[t], states[0], kernels, biases)
            kept = [array.write(t, value) for array, value in zip(arrays, [*products, *states], strict=True)]
            return t + 1, *layer.advance(products, states), *kept

        widths = [*(bias.shape[0] for bias in biases), *(state.shape[1] for state in begin)]
        _, *done = _loop(length, forward, [*begin, *(_array(length, batch, width) for width in widths)])
        kept = [array.stack() for array in done[states_end:]]
        products = kept[:count]  # [length, batch, columns of a kernel] each
        before = kept[count:]  # [length, batch, units] each: the states that a row met
        last = done[0][None]

        def gradient(wanted: Any) -> tuple[Any, ...]:
            backwards = tf.transpose(kernels[0][features:])

            def backward(k: Any, *carried: Any) -> tuple[Any, ...]:
                t = length - 1 - k
                after = list(carried[:states_end])
                of_joined = carried[states_end:sums_end]
                arrays = carried[sums_end:]
                if layer.return_sequences:
                    after[0] = after[0] + wanted[t]
                taken = [each[t] for each in products]
                states = [each[t] for each in before]
                with tf.GradientTape() as tape:
                    tape.watch([*taken, *states])
                    reached = layer.advance(taken, states)
                found = tape.gradient(reached, [*taken, *states], after)
                of_products = found[:count]
                of_states = found[count:]
                through = tf.matmul(of_products[0], backwards)
                # The output of a row enters the next through the product, and in a GRU directly, too.
                of_states[0] = through if of_states[0] is None else through + of_states[0]
                entered = _entered(rows[t], states[0], count)
                added = [tf.matmul(*pair, transpose_a=True) for pair in zip(entered, of_products, strict=True)]
                added += [tf.reduce_sum(of_product, 0) for of_product in of_products]
                sums = [total + more for total, more in zip(of_joined, added, strict=True)]
                kept = [array.write(t, of_product) for array, of_product in zip(arrays, of_products, strict=True)]
                return k + 1, *of_states, *sums, *kept

            after = [tf.zeros_like(state) for state in begin]
            if not layer.return_sequences:
                after[0] = wanted[0]
            arrays = [_array(length, batch, bias.shape[0]) for bias in biases]
            _, *done = _loop(length, backward, [*after, *map(tf.zeros_like, joined), *arrays])
            # Left out by the compiler where the rows are data.
            of_rows = sum(
                tf.matmul(tf.reshape(array.stack(), [-1, kernel.shape[1]]), kernel[:features], transpose_b=True)
                for array, kernel in zip(done[sums_end:], kernels, strict=True)
            )
            return tf.reshape(of_rows, tf.shape(rows)), *done[states_end:sums_end]

        return (tf.concat([before[0][1:], last], 0) if layer.return_sequences else last), gradient

    return run(rows, *kernels, *biases)


def _entered(row: Any, state: Any, count: int) -> list[Any]:
    """What meets the kernels of a layer with so many of them: see `_Recurrent.joined`."""
    return [tf.concat([row, state], 1), row][:count]


def _products(row: Any, state: Any, kernels: Sequence[Any], biases: Sequence[Any]) -> list[Any]:
    """What `_Recurrent.advance` takes, `[batch, columns of a kernel]` each."""
    entered = _entered(row, state, len(kernels))
    return [tf.matmul(inputs, kernel) + bias for inputs, kernel, bias in zip(entered, kernels, biases, strict=True)]


def _loop(length: int, body: Any, begin: list[Any]) -> Any:
    """What `body` makes of a counter from 0 and `begin` after `length` turns.

    No bound on the turns, which would be a second counter, and no frame for a turn that begins before the last is over:
    every turn waits for the last anyway.
    """
    return tf.while_loop(lambda i, *_: i < length, body, (0, *begin), parallel_iterations=1)


def _array(length: int, batch: int | None, width: int) -> Any:
    """An array to write `length` matrices `[batch, width]` in."""
    return tf.TensorArray(tf.float32, length, element_shape=[batch, width])
