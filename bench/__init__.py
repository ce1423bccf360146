"""The lab against its peers and against the machine: `make bench`.

Times differ from machine to machine; ratios within one run are what counts. A goal that is missed
is reported and fails nothing: a busy machine is no defect.

``contest``
    How sides take turns and what a row says.
``limits``
    The machine's own limits.
``simulations``, ``caches``, ``placements``, ``processes``
    The tasks. ``simpy_models`` and ``cimba_models`` are peers that need more than a call, and
    ``plain`` is the lab without numba.
``peers``
    The environment that holds the peers' packages.
``report``
    The table that is printed, and the file that the book's page is made from.
"""
