"""Name the kinds of array the sample is computed with."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]
# Words drawn from a list; pandas makes them text columns.
Texts = NDArray[np.object_] | NDArray[np.str_]
