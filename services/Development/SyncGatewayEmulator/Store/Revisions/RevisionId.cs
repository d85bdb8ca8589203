using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OfflineActions.Emulators.Store;

/// <summary>A revision id, <c>generation-digest</c>. Among leaves that are all live or all deleted, the greater id wins.</summary>
internal readonly record struct RevisionId : IComparable<RevisionId>
{
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    // Nearly every digest is an MD5; two numbers save an object for each revision.
    private readonly ulong high;
    private readonly ulong low;
    private readonly string? other;

    public RevisionId(int generation, string digest)
    {
        Generation = generation;
        if (digest.Length != 2 * MD5.HashSizeInBytes || digest.AsSpan().ContainsAnyExcept(Hex))
        {
            other = digest;
            return;
        }

        high = ulong.Parse(digest.AsSpan(..16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        low = ulong.Parse(digest.AsSpan(16..), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private RevisionId(int generation, ReadOnlySpan<byte> md5)
    {
        Generation = generation;
        high = BinaryPrimitives.ReadUInt64BigEndian(md5);
        low = BinaryPrimitives.ReadUInt64BigEndian(md5[8..]);
    }

    public int Generation { get; }

    public string Digest => other ?? string.Create(CultureInfo.InvariantCulture, $"{high:x16}{low:x16}");

    public static RevisionId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new HttpError(400, "Invalid revision ID");

    public static bool TryParse([NotNullWhen(true)] string? text, out RevisionId id)
    {
        id = default;
        if (text is null || text.IndexOf('-', StringComparison.Ordinal) is not (> 0 and var dash))
        {
            return false;
        }

        if (!int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) || generation < 1)
        {
            return false;
        }

        id = new(generation, text[(dash + 1)..]);
        return true;
    }

    /// <summary>The id of a new revision. The same change of the same parent has the same id on every node.</summary>
    /// <param name="parent">The parent revision; null for a first revision.</param>
    /// <param name="body">The body as canonical JSON, with <c>_deleted</c> and without the other reserved members.</param>
    [SuppressMessage("Security", "CA5351", Justification = "The protocol's digest, not used for security.")]
    public static RevisionId Following(RevisionId? parent, ReadOnlySpan<byte> body)
    {
        var parentText = parent?.ToString() ?? "";
        var length = 1 + parentText.Length + body.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        text[0] = (byte)parentText.Length;
        Encoding.ASCII.GetBytes(parentText, text[1..]);
        body.CopyTo(text[(1 + parentText.Length)..]);
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(text, digest);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new((parent?.Generation ?? 0) + 1, digest);
    }

    public int CompareTo(RevisionId other)
    {
        if (Generation != other.Generation)
        {
            return Generation.CompareTo(other.Generation);
        }

        return this.other is null && other.other is null
            ? (high, low).CompareTo((other.high, other.low))
            : string.CompareOrdinal(Digest, other.Digest);
    }

    public override string ToString() => other is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Generation}-{high:x16}{low:x16}")
        : string.Create(CultureInfo.InvariantCulture, $"{Generation}-{other}");
}
