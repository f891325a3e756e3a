"""Every value of the spec's table becomes a model that trains, with the formulas that are promised."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from hyperbounty.bounty.spec import ACTIVATIONS, CELLS, LOSSES, NORMALIZATIONS, OPTIMIZERS, Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.engine import train
from hyperbounty.training.losses import mean_loss
from hyperbounty.training.model import build_model, build_optimizer

from .conftest import MakeWindows
