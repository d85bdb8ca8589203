using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace OfflineActions.Emulators.Store;

/// <summary>A revision id, <c>generation-digest</c>. Among leaves that are all live or all deleted, the greater id wins.</summary>
internal readonly record struct RevisionId : IComparable<RevisionId>
{
    /// <summary>The length of an id with the largest generation.</summary>
    private const int MaxLength = 11 + (2 * Md5.Size);

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    // Nearly every digest is an MD5; two numbers save an object for each revision.
    private readonly ulong high;
    private readonly ulong low;
    private readonly string? other;

    public RevisionId(int generation, string digest)
    {
        Generation = generation;
        if (digest.Length != 2 * Md5.Size || digest.AsSpan().ContainsAnyExcept(Hex))
        {
            other = digest;
            return;
        }

        high = ulong.Parse(digest.AsSpan(..16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        low = ulong.Parse(digest.AsSpan(16..), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>Puts together what <see cref="Deconstruct"/> took apart.</summary>
    public RevisionId(int generation, ulong high, ulong low, string? other)
    {
        Generation = generation;
        this.high = high;
        this.low = low;
        this.other = other;
    }

    private RevisionId(int generation, ReadOnlySpan<byte> md5)
    {
        Generation = generation;
        high = BinaryPrimitives.ReadUInt64BigEndian(md5);
        low = BinaryPrimitives.ReadUInt64BigEndian(md5[8..]);
    }

    public int Generation { get; }

    /// <summary>The parts of the id, for objects that keep it in less memory.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="high">The first half of an MD5.</param>
    /// <param name="low">The second half of an MD5.</param>
    /// <param name="other">The digest when it is not an MD5; otherwise null.</param>
    public void Deconstruct(out int generation, out ulong high, out ulong low, out string? other) =>
        (generation, high, low, other) = (Generation, this.high, this.low, this.other);

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
    /// <exception cref="HttpError">400: the parent has the largest generation.</exception>
    public static RevisionId Following(RevisionId? parent, ReadOnlySpan<byte> body)
    {
        if (parent is { Generation: int.MaxValue })
        {
            throw new HttpError(400, "Invalid revision ID");
        }

        var parentText = parent?.ToString() ?? "";
        var length = 1 + parentText.Length + body.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        text[0] = (byte)parentText.Length;
        Encoding.ASCII.GetBytes(parentText, text[1..]);
        body.CopyTo(text[(1 + parentText.Length)..]);
        Span<byte> digest = stackalloc byte[Md5.Size];
        Md5.Hash(text, digest);
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

    public override string ToString()
    {
        if (other is not null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Generation}-{other}");
        }

        Span<char> text = stackalloc char[MaxLength];
        Generation.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        text[length++] = '-';
        Span<byte> digest = stackalloc byte[Md5.Size];
        BinaryPrimitives.WriteUInt64BigEndian(digest, high);
        BinaryPrimitives.WriteUInt64BigEndian(digest[sizeof(ulong)..], low);
        Convert.TryToHexStringLower(digest, text[length..], out var hex);
        return new(text[..(length + hex)]);
    }
}
