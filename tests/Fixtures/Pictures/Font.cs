using System.Buffers.Binary;
using System.Text;

namespace OfflineActions.Tests.Pictures;

/// <summary>A TrueType font of this machine, as far as it takes to draw text in Latin letters.</summary>
internal sealed class Font
{
    private static readonly string[] Folders =
    [
        "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/liberation2",
        "/System/Library/Fonts/Supplemental", "C:/Windows/Fonts",
    ];

    private readonly byte[] file;
    private readonly Dictionary<string, int> tables = [];
    private readonly Dictionary<int, int> glyphs = [];

    private Font(string path)
    {
        Name = Path.GetFileNameWithoutExtension(path);
        file = File.ReadAllBytes(path);
        for (var i = 0; i < U16(4); i++)
        {
            tables[Encoding.ASCII.GetString(file, 12 + (16 * i), 4)] = (int)U32(12 + (16 * i) + 8);
        }

        ReadCharacters();
    }

    /// <summary>The name of its file.</summary>
    public string Name { get; }

    /// <summary>The first of these fonts that this machine has; the test is skipped when it has none.</summary>
    public static Font Get(params string[] names)
    {
        var wanted = names is [] ? ["DejaVuSans", "LiberationSans-Regular", "Arial"] : names;
        var path = wanted.SelectMany(name => Folders.Select(folder => Path.Combine(folder, name + ".ttf"))).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Ignore($"This machine has none of the fonts {string.Join(", ", wanted)}: install fonts-dejavu.");
        }

        return new Font(path!);
    }

    /// <summary>Draws lines of text, black on white.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="size">The height of a line without the space between lines, in pixels.</param>
    /// <param name="margin">The white around the text, in pixels.</param>
    public Raster Draw(string text, double size = 40, int margin = 40)
    {
        var lines = text.Split('\n');
        var scale = size / U16(tables["head"] + 18);
        var width = (int)Math.Ceiling(lines.Max(line => line.EnumerateRunes().Sum(rune => Advance(GlyphOf(rune)) * scale))) + (2 * margin);
        var height = (int)Math.Ceiling(lines.Length * size * 1.4) + (2 * margin);
        var raster = new Raster(width, height);
        for (var i = 0; i < lines.Length; i++)
        {
            var (x, baseline) = ((double)margin, margin + (size * 1.4 * i) + size);
            foreach (var rune in lines[i].EnumerateRunes())
            {
                var glyph = GlyphOf(rune);
                var outline = Outline(glyph).Select(contour => contour.Select(point => (x + (point.X * scale), baseline - (point.Y * scale))).ToArray());
                Filling.Fill(raster, outline.ToArray());
                x += Advance(glyph) * scale;
            }
        }

        return raster;
    }

    private int GlyphOf(Rune rune) => glyphs.TryGetValue(rune.Value, out var glyph)
        ? glyph
        : throw new ArgumentException($"{Name} has no letter {rune}.");

    private int Advance(int glyph) => U16(tables["hmtx"] + (4 * Math.Min(glyph, U16(tables["hhea"] + 34) - 1)));

    /// <summary>The contours of a glyph as polygons, in the units of the font.</summary>
    private List<(double X, double Y)[]> Outline(int glyph)
    {
        var isLong = U16(tables["head"] + 50) == 1;
        var loca = tables["loca"];
        var (from, to) = isLong
            ? ((int)U32(loca + (4 * glyph)), (int)U32(loca + (4 * glyph) + 4))
            : (2 * U16(loca + (2 * glyph)), 2 * U16(loca + (2 * glyph) + 2));
        var at = tables["glyf"] + from;
        return from == to ? [] : S16(at) < 0 ? Composite(at + 10) : Simple(at);
    }

    private List<(double X, double Y)[]> Composite(int at)
    {
        var all = new List<(double X, double Y)[]>();
        while (true)
        {
            var (flags, glyph) = (U16(at), U16(at + 2));
            var (dx, dy) = (flags & 1) != 0 ? (S16(at + 4), S16(at + 6)) : ((sbyte)file[at + 4], (sbyte)file[at + 5]);
            all.AddRange(Outline(glyph).Select(contour => contour.Select(point => (point.X + dx, point.Y + dy)).ToArray()));
            at += (flags & 1) != 0 ? 8 : 6;
            at += (flags & 0x08) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0;
            if ((flags & 0x20) == 0)
            {
                return all;
            }
        }
    }

    private List<(double X, double Y)[]> Simple(int at)
    {
        var ends = Enumerable.Range(0, S16(at)).Select(i => U16(at + 10 + (2 * i))).ToArray();
        at += 10 + (2 * ends.Length);
        at += 2 + U16(at);
        var flags = new List<byte>();
        while (flags.Count <= ends[^1])
        {
            var flag = file[at++];
            flags.AddRange(Enumerable.Repeat(flag, (flag & 8) != 0 ? 1 + file[at++] : 1));
        }

        var x = Coordinates(flags, ref at, isShort: 2, isSame: 16);
        var y = Coordinates(flags, ref at, isShort: 4, isSame: 32);
        var contours = new List<(double X, double Y)[]>();
        var start = 0;
        foreach (var end in ends)
        {
            contours.Add(Flatten([.. Enumerable.Range(start, end - start + 1).Select(i => ((double)x[i], (double)y[i], (flags[i] & 1) != 0))]));
            start = end + 1;
        }

        return contours;
    }

    private int[] Coordinates(List<byte> flags, ref int at, int isShort, int isSame)
    {
        var (all, value) = (new int[flags.Count], 0);
        for (var i = 0; i < all.Length; i++)
        {
            if ((flags[i] & isShort) != 0)
            {
                value += (flags[i] & isSame) != 0 ? file[at] : -file[at];
                at++;
            }
            else if ((flags[i] & isSame) == 0)
            {
                value += S16(at);
                at += 2;
            }

            all[i] = value;
        }

        return all;
    }

    /// <summary>Replaces the curves between points that are not on the contour by short lines.</summary>
    private static (double X, double Y)[] Flatten((double X, double Y, bool IsOn)[] points)
    {
        const int Steps = 6;
        var all = new List<(double X, double Y, bool IsOn)>();
        for (var i = 0; i < points.Length; i++)
        {
            var (one, next) = (points[i], points[(i + 1) % points.Length]);
            all.Add(one);
            if (!one.IsOn && !next.IsOn)
            {
                all.Add(((one.X + next.X) / 2, (one.Y + next.Y) / 2, true));
            }
        }

        var first = all.FindIndex(point => point.IsOn);
        var ring = all.Skip(first).Concat(all.Take(first + 1)).ToArray();
        var polygon = new List<(double X, double Y)> { (ring[0].X, ring[0].Y) };
        for (var i = 1; i < ring.Length; i++)
        {
            if (ring[i].IsOn)
            {
                polygon.Add((ring[i].X, ring[i].Y));
                continue;
            }

            var (from, control, to) = (polygon[^1], ring[i], ring[i + 1]);
            for (var step = 1; step <= Steps; step++)
            {
                var t = (double)step / Steps;
                polygon.Add((
                    ((1 - t) * (1 - t) * from.X) + (2 * t * (1 - t) * control.X) + (t * t * to.X),
                    ((1 - t) * (1 - t) * from.Y) + (2 * t * (1 - t) * control.Y) + (t * t * to.Y)));
            }

            i++;
        }

        return [.. polygon];
    }

    /// <summary>The table of characters, format 4: all that are in the first plane of Unicode.</summary>
    private void ReadCharacters()
    {
        var cmap = tables["cmap"];
        var at = Enumerable.Range(0, U16(cmap + 2))
            .Select(i => cmap + (int)U32(cmap + 4 + (8 * i) + 4))
            .First(table => U16(table) == 4);
        var segments = U16(at + 6) / 2;
        var (ends, starts) = (at + 14, at + 16 + (2 * segments));
        var (deltas, offsets) = (starts + (2 * segments), starts + (4 * segments));
        for (var i = 0; i < segments; i++)
        {
            var (start, end, delta, offset) =
                (U16(starts + (2 * i)), U16(ends + (2 * i)), U16(deltas + (2 * i)), U16(offsets + (2 * i)));
            for (var code = start; code <= end && code != 0xFFFF; code++)
            {
                var glyph = offset == 0 ? code : U16(offsets + (2 * i) + offset + (2 * (code - start)));
                glyphs[code] = offset != 0 && glyph == 0 ? 0 : (glyph + delta) & 0xFFFF;
            }
        }
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at));

    private int S16(int at) => BinaryPrimitives.ReadInt16BigEndian(file.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
}
