namespace OfflineActions.Tests.Pictures;

/// <summary>Fills polygons with black, with smooth edges.</summary>
internal static class Filling
{
    /// <summary>Lines of samples in each row of pixels.</summary>
    private const int Lines = 4;

    /// <summary>Fills what is inside by the nonzero rule.</summary>
    public static void Fill(Raster raster, IReadOnlyList<(double X, double Y)[]> contours)
    {
        if (contours.Count == 0)
        {
            return;
        }

        var all = contours.SelectMany(contour => contour).ToArray();
        var (top, bottom) = ((int)Math.Floor(all.Min(point => point.Y)), (int)Math.Ceiling(all.Max(point => point.Y)));
        var coverage = new double[raster.Width];
        for (var y = Math.Max(top, 0); y < Math.Min(bottom, raster.Height); y++)
        {
            Array.Clear(coverage);
            for (var line = 0; line < Lines; line++)
            {
                AddLine(contours, y + ((line + 0.5) / Lines), coverage);
            }

            for (var x = 0; x < raster.Width; x++)
            {
                raster[x, y] = (byte)Math.Round(raster[x, y] * (1 - Math.Min(1, coverage[x])));
            }
        }
    }

    private static void AddLine(IReadOnlyList<(double X, double Y)[]> contours, double y, double[] coverage)
    {
        var crossings = new List<(double X, int Direction)>();
        foreach (var contour in contours)
        {
            for (var i = 0; i < contour.Length; i++)
            {
                var (one, other) = (contour[i], contour[(i + 1) % contour.Length]);
                if (one.Y <= y != other.Y <= y)
                {
                    crossings.Add((one.X + ((y - one.Y) / (other.Y - one.Y) * (other.X - one.X)), one.Y <= y ? 1 : -1));
                }
            }
        }

        crossings.Sort();
        var winding = 0;
        for (var i = 0; i < crossings.Count - 1; i++)
        {
            winding += crossings[i].Direction;
            if (winding != 0)
            {
                AddSpan(coverage, crossings[i].X, crossings[i + 1].X);
            }
        }
    }

    private static void AddSpan(double[] coverage, double from, double to)
    {
        for (var x = Math.Max(0, (int)from); x < coverage.Length && x < to; x++)
        {
            coverage[x] += Math.Max(0, Math.Min(to, x + 1) - Math.Max(from, x)) / Lines;
        }
    }
}
