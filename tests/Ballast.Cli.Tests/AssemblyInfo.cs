// Runs share the threads of the kernels, and one test sets how many there are.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
