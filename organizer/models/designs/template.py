"""The design that somebody begins with: it runs as it stands, on the mails that come along."""

from typing import Final

TEMPLATE: Final = """\
# A simulation of a shared model: who trains it, at what price, and what becomes of everybody's money.
#   hyperbounty model simulate run FILE       # by the contract's rules, without a chain
#   hyperbounty model simulate market FILE    # the market of [market], by the same agents
# Amounts have a unit ("60 gwei"), times too ("1d 12h"), shares are written as "15%". docs/simulation.md explains.

title = "Two good agents, a careless one, and one who flips every label"

[data]
set = "mail"            # also tic-tac-toe; breast-cancer, digits (with scikit-learn); or with file = "…": imdb,
                        # movie-snippets, own (samples that Labelled.write wrote)
words = 1000            # of texts: the words that most of them have
test = 500              # the last samples: the model is measured on these, and a market hides some
samples = 1500          # of the others; left out, all

[model]
kind = "sparse-perceptron"  # sparse-perceptron, naive-bayes, sparse-centroid take texts; dense-perceptron,
                            # dense-centroid take numbers
step = 4                # of a sparse perceptron: by how much a sample moves its weights
# alpha = 16            # of naive Bayes, in sixteenths
pretrain = 200          # samples that it learned before it went live
# passes = 5            # how often a perceptron went through these
# pretrain_step = 64    # by which a sparse perceptron moved then

[terms]                 # of the model, fixed for good when it is opened
weight = "60 gwei"      # a sample costs this over the square root of the seconds since the last one; "0 wei": points
floor_shift = 6         # but never less than this over two to the power of …
refund_wait = "1d"      # from then on authors and members claim,
owner_wait = "9d"       # from then on its creator,
any_wait = "9d"         # from then on anybody
# min_interval = "1h"   # of a model of points: between two samples of one author

[run]
seed = 1                # of all chance; the same seed makes the same run
measure = "6h"          # how often accuracy and balances are measured
longest = "365d"        # when the run ends at the latest

[market]                # only for a market
bounty = "1000 gwei"
bond = "100 gwei"
stake = "50 gwei"       # on each batch
batch_size = 32
pieces = 1              # of 256 hidden samples
contribute = "30d"      # how long batches are taken

# An agent is like one of the usual ones (good, bad, caller), and says what is otherwise with it. With count = 100 there
# are a hundred. One with behaviour = "Thrifty" does what the class Thrifty says, in a file of Python that the command
# is given; it needs a balance.
[[agents]]
name = "Ada"
like = "good"
wait = "30m"            # how long it sleeps on average
watch = "6h"            # its watcher claims for it so often

[[agents]]
name = "Ben"
like = "good"
wait = "40m"
# balance = "10000 gwei"
# cap = "50 gwei"       # the most that it stakes on a sample, on average; and cap_deviation
# willing = "15%"       # acts with this chance and the model's accuracy together; "always"

[[agents]]
name = "Cem"
like = "good"
wait = "1h"
mistakes = "20%"        # gives a wrong label so often

[[agents]]
name = "Eve"
like = "bad"            # gives wrong labels, whatever it costs
wait = "2h"
"""
