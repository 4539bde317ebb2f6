namespace Ballast.Monitoring;

/// <summary>Files that are whole whenever they are there.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside, flushes to the disk, and renames over the old file.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one stays.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string beside = path + ".part";
        try
        {
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
