using System.Diagnostics;
using System.Runtime.ExceptionServices;

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
/// <remarks>
/// A running loop allocates nothing. A loop inside a loop, or a second one at the same time, runs on its caller's thread.
/// The caller takes parts as the helpers do, so it waits only for parts that a helper has begun, never for a helper to wake.
/// </remarks>
internal static class Workers
{
    /// <summary>How long a helper looks for the next loop before it sleeps: about what a wake-up costs.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 25_000;

    private static Helper[] _helpers = [];
    private static int _count = Environment.ProcessorCount;

    // The loop that runs now. The job is written before _unclaimed is raised from 0, and stays until _unfinished is 0.
    private static Job? _job;
    private static int _busy;
    private static int _unclaimed;
    private static int _unfinished;

    [ThreadStatic]
    private static bool _inside;

    /// <summary>How many threads a loop may use, the caller's included. Default: the processors of this machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
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
    /// <exception cref="Exception">What the first part that failed threw, with its stack, after every part begun has ended.</exception>
    public static void For<TBody>(int parts, TBody body) where TBody : struct, IParallelBody
    {
        if (parts <= 1 || _count == 1 || _inside || Interlocked.Exchange(ref _busy, 1) != 0)
        {
            for (int part = 0; part < parts; part++) body.Invoke(part);
            return;
        }

        _inside = true;
        Job<TBody> job = Job<TBody>.Shared;
        try
        {
            job.Start(body, parts);
            Publish(job, parts);
            while (TryWork()) { }
            var spin = new SpinWait();
            while (Volatile.Read(ref _unfinished) > 0) spin.SpinOnce(sleep1Threshold: -1);
        }
        finally
        {
            _inside = false;
            ExceptionDispatchInfo? failure = job.End();
            Volatile.Write(ref _busy, 0);
            failure?.Throw();
        }
    }

    private static void Publish(Job job, int parts)
    {
        int helpers = Math.Min(_count, parts) - 1;
        if (_helpers.Length < helpers) StartHelpers(helpers);
        _job = job;
        _unfinished = parts;
        _ = Interlocked.Exchange(ref _unclaimed, parts);
        for (int i = 0; i < helpers; i++) _helpers[i].Wake();
    }

    private static void StartHelpers(int count)
    {
        int started = _helpers.Length;
        Array.Resize(ref _helpers, count);
        for (int i = started; i < count; i++) _helpers[i] = new Helper(i);
    }

    /// <summary>Does one part of the loop that runs now; false when none is left.</summary>
    /// <remarks>Whoever lowered _unclaimed owns a part, so the loop cannot end and the job read after it is the right one.</remarks>
    private static bool TryWork()
    {
        int unclaimed = Volatile.Read(ref _unclaimed);
        while (unclaimed > 0)
        {
            int seen = Interlocked.CompareExchange(ref _unclaimed, unclaimed - 1, unclaimed);
            if (seen == unclaimed)
            {
                Volatile.Read(ref _job)!.Do(unclaimed);
                _ = Interlocked.Decrement(ref _unfinished);
                return true;
            }

            unclaimed = seen;
        }

        return false;
    }

#pragma warning disable CA1001 // A helper lives as long as the process, and its semaphore with it.
    private sealed class Helper
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _wake = new(0);
        private readonly int _index;
        private int _asleep;

        public Helper(int index)
        {
            _index = index;
            new Thread(Serve) { IsBackground = true, Name = $"Ballast worker {index + 1}" }.Start();
        }

        public void Wake()
        {
            if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1) _ = _wake.Release();
        }

        private bool IsWanted => _index < _count - 1;

        private void Serve()
        {
            _inside = true;
            while (true)
            {
                if (!SeesWork())
                {
                    _ = Interlocked.Exchange(ref _asleep, 1);
                    bool mayGoOn = IsWanted && Volatile.Read(ref _unclaimed) > 0 && Interlocked.Exchange(ref _asleep, 0) == 1;
                    if (!mayGoOn) _wake.Wait();
                }

                while (IsWanted && TryWork()) { }
            }
        }

        private bool SeesWork()
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                if (IsWanted && Volatile.Read(ref _unclaimed) > 0) return true;
                Thread.SpinWait(8);
            }
            while (Stopwatch.GetTimestamp() - start < SpinTicks);
            return false;
        }
    }

    private abstract class Job
    {
        private readonly Lock _gate = new();
        private ExceptionDispatchInfo? _failure;
        private int _failedPart;
        private int _parts;

        protected void Start(int parts) => _parts = parts;

        public void Do(int unclaimed)
        {
            int part = _parts - unclaimed;
            try
            {
                Invoke(part);
            }
#pragma warning disable CA1031 // The exception crosses to the caller's thread, where it is thrown again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Keep(failure, part);
            }
        }

        public virtual ExceptionDispatchInfo? End()
        {
            ExceptionDispatchInfo? failure = _failure;
            _failure = null;
            return failure;
        }

        protected abstract void Invoke(int part);

        private void Keep(Exception failure, int part)
        {
            lock (_gate)
            {
                if (_failure is not null && _failedPart < part) return;
                (_failure, _failedPart) = (ExceptionDispatchInfo.Capture(failure), part);
            }
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

        public override ExceptionDispatchInfo? End()
        {
            _body = default;
            return base.End();
        }

        protected override void Invoke(int part) => _body.Invoke(part);
    }
}
