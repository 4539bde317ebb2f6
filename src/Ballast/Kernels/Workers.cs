namespace Ballast.Kernels;

/// <summary>A loop body that may run on several threads at once; each part is independent of the others.</summary>
internal interface IParallelBody
{
    /// <summary>Does part <paramref name="part"/> of the work.</summary>
    void Invoke(int part);
}

/// <summary>
/// The threads that kernels share. A loop is cut into parts by its shape alone, never by the number of threads,
/// so that results are the same bits whatever the machine.
/// </summary>
/// <remarks>A running loop allocates nothing. A loop inside a loop, or a second one at the same time, runs on its caller's thread.</remarks>
internal static class Workers
{
    private static readonly Lock Gate = new();
    private static readonly SemaphoreSlim Wake = new(0);
    private static Job? _job;
    private static int _started;
    private static int _count = Environment.ProcessorCount;

    [ThreadStatic]
    private static bool _inside;

    /// <summary>How many threads a loop may use, the caller's included. Default: the processors of this machine.</summary>
    public static int Count
    {
        get => _count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _count = value;
        }
    }

    /// <summary>Runs parts 0 to <paramref name="parts"/> - 1, the caller helping, and returns when all are done.</summary>
    /// <exception cref="Exception">The first exception that a part threw, after all parts have ended.</exception>
    public static void For<TBody>(int parts, TBody body) where TBody : struct, IParallelBody
    {
        if (parts <= 1 || _count == 1 || _inside || !Gate.TryEnter())
        {
            for (int part = 0; part < parts; part++) body.Invoke(part);
            return;
        }

        try
        {
            StartThreads();
            Job<TBody> job = Job<TBody>.Shared;
            job.Start(body, parts);
            _inside = true;
            Volatile.Write(ref _job, job);
            int helpers = Math.Min(_count, parts) - 1;
            Wake.Release(helpers);
            job.Work();
            job.Finish(helpers);
        }
        finally
        {
            _inside = false;
            Gate.Exit();
        }
    }

    private static void StartThreads()
    {
        for (; _started < _count - 1; _started++)
            new Thread(Serve) { IsBackground = true, Name = $"Ballast worker {_started + 1}" }.Start();
    }

    private static void Serve()
    {
        _inside = true;
        while (true)
        {
            Wake.Wait();
            Volatile.Read(ref _job)!.Help();
        }
    }

    private abstract class Job
    {
        private int _next;
        private int _parts;
        private int _departed;
        private Exception? _failure;

        protected abstract void Invoke(int part);

        protected void Start(int parts) => (_next, _parts, _departed, _failure) = (0, parts, 0, null);

        public void Work()
        {
            while (true)
            {
                int part = Interlocked.Increment(ref _next) - 1;
                if (part >= _parts) return;
                try
                {
                    Invoke(part);
                }
#pragma warning disable CA1031 // The exception crosses to the caller's thread in Finish.
                catch (Exception failure)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref _failure, failure, null);
                }
            }
        }

        public void Help()
        {
            Work();
            Interlocked.Increment(ref _departed);
        }

        /// <summary>Waits until every helper that was woken has left, so that the job can be used again.</summary>
        public void Finish(int helpers)
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _departed) < helpers) spin.SpinOnce(sleep1Threshold: -1);
            if (_failure is not null) throw new AggregateException(_failure).Flatten().InnerException!;
        }
    }

    private sealed class Job<TBody> : Job where TBody : struct, IParallelBody
    {
        public static readonly Job<TBody> Shared = new();
        private TBody _body;

        public void Start(TBody body, int parts)
        {
            _body = body;
            Start(parts);
        }

        protected override void Invoke(int part) => _body.Invoke(part);
    }
}
