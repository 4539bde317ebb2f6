using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Ballast.Kernels.MatrixProducts;

/// <summary>Matrix products by the OpenBLAS of the machine, held to one thread: Ballast cuts the work itself.</summary>
internal sealed unsafe class OpenBlas : ProductKernel
{
    /// <summary>The environment variable that names a library, or <c>none</c> or <c>managed</c> for the managed kernel.</summary>
    public const string Variable = "BALLAST_BLAS";

    private const int RowMajor = 101;
    private const int AsIs = 111;
    private const int Transposed = 112;

    private static readonly string[] Names =
        ["libopenblas.so.0", "libopenblas.so", "openblas.dll", "libopenblas.dll", "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"];

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _float32;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _float64;

    private OpenBlas(nint float32, nint float64)
    {
        _float32 = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)float32;
        _float64 = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)float64;
    }

    /// <summary>The library that the environment names, else the one found; null where the managed kernel is to be used.</summary>
    /// <exception cref="DllNotFoundException">The environment names a library that cannot be used.</exception>
    public static OpenBlas? FromEnvironment()
    {
        string? choice = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(choice)) return Find();
        if (choice is "none" or "managed") return null;
        return TryLoad(choice, out OpenBlas? library)
            ? library
            : throw new DllNotFoundException(
                $"{Variable}: expected the path of an OpenBLAS with 32-bit integers, or none, got '{choice}'. Correct the path or unset the variable.");
    }

    /// <summary>The first usable library under OpenBLAS's usual names; null when there is none.</summary>
    public static OpenBlas? Find()
    {
        foreach (string name in Names)
            if (TryLoad(name, out OpenBlas? library)) return library;
        return null;
    }

    /// <summary>Loads a library, and takes it only if it is an OpenBLAS that multiplies as Ballast needs it.</summary>
    /// <remarks>What was loaded stays loaded: OpenBLAS may have started threads of its own.</remarks>
    public static bool TryLoad(string name, [NotNullWhen(true)] out OpenBlas? library)
    {
        library = null;
        if (!NativeLibrary.TryLoad(name, out nint handle)) return false;
        if (NativeLibrary.TryGetExport(handle, "cblas_sgemm", out nint float32)
            && NativeLibrary.TryGetExport(handle, "cblas_dgemm", out nint float64)
            && NativeLibrary.TryGetExport(handle, "openblas_set_num_threads", out nint setThreads)
            && NativeLibrary.TryGetExport(handle, "openblas_get_config", out nint getConfig)
            && !HasWideIntegers(getConfig))
        {
            ((delegate* unmanaged[Cdecl]<int, void>)setThreads)(1);
            var candidate = new OpenBlas(float32, float64);
            if (candidate.KeepsTheRules()) library = candidate;
        }

        return library is not null;
    }

    public override void Multiply(in ProductShape shape, in ProductOperands<float> operands, bool accumulate) =>
        _float32(
            RowMajor, shape.TransposeA ? Transposed : AsIs, shape.TransposeB ? Transposed : AsIs,
            shape.Rows, shape.Columns, shape.Inner, 1f, operands.A, operands.StrideA, operands.B, operands.StrideB,
            accumulate ? 1f : 0f, operands.C, operands.StrideC);

    public override void Multiply(in ProductShape shape, in ProductOperands<double> operands, bool accumulate) =>
        _float64(
            RowMajor, shape.TransposeA ? Transposed : AsIs, shape.TransposeB ? Transposed : AsIs,
            shape.Rows, shape.Columns, shape.Inner, 1, operands.A, operands.StrideA, operands.B, operands.StrideB,
            accumulate ? 1 : 0, operands.C, operands.StrideC);

    private static bool HasWideIntegers(nint getConfig)
    {
        string config = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)getConfig)()) ?? "";
        return config.Contains("USE64BITINT", StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether 0·NaN is NaN and C is not read unless added to, also for single rows and columns, which some versions
    /// hand to another routine.
    /// </summary>
    private bool KeepsTheRules()
    {
        float* a = stackalloc float[4];
        float* b = stackalloc float[4];
        float* c = stackalloc float[4];
        for (int size = 0; size < 4; size++)
        {
            var shape = new ProductShape(1 + (size & 1), 1 + (size >> 1), 2);
            new Span<float>(a, 4).Clear();
            new Span<float>(b, 4).Fill(1);
            new Span<float>(c, 4).Fill(float.NaN);
            Multiply(shape, new ProductOperands<float>(shape, a, b, c), accumulate: false);
            if (new Span<float>(c, (int)shape.LengthC).ContainsAnyExcept(0f)) return false;

            b[0] = float.NaN;
            Multiply(shape, new ProductOperands<float>(shape, a, b, c), accumulate: false);
            if (!float.IsNaN(c[0])) return false;
        }

        return true;
    }
}
