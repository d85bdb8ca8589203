namespace OfflineActions.Tests.Pictures;

/// <summary>A grey picture: 0 is black, 255 is white.</summary>
internal sealed class Raster(int width, int height)
{
    public int Width => width;

    public int Height => height;

    /// <summary>Row after row, from the top.</summary>
    public byte[] Pixels { get; } = Enumerable.Repeat((byte)255, width * height).ToArray();

    public byte this[int x, int y]
    {
        get => Pixels[(y * width) + x];
        set => Pixels[(y * width) + x] = value;
    }

    /// <summary>This picture as it is stored when its tag says <paramref name="orientation"/>: turned by the tag, it is this one again.</summary>
    public Raster Store(int orientation)
    {
        var stored = orientation >= 5 ? new Raster(height, width) : new Raster(width, height);
        for (var y = 0; y < stored.Height; y++)
        {
            for (var x = 0; x < stored.Width; x++)
            {
                // Where the stored pixel belongs in the upright picture, by the definition of the tag in TIFF.
                var (uprightX, uprightY) = orientation switch
                {
                    1 => (x, y),
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (width - 1 - y, x),
                    7 => (width - 1 - y, height - 1 - x),
                    8 => (y, height - 1 - x),
                    _ => throw new ArgumentOutOfRangeException(nameof(orientation)),
                };
                stored[x, y] = this[uprightX, uprightY];
            }
        }

        return stored;
    }

    /// <summary>Turned by some degrees around its middle; white where nothing was.</summary>
    public Raster Rotate(double degrees)
    {
        var turned = new Raster(width, height);
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (middleX, middleY) = (width / 2.0, height / 2.0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (dx, dy) = (x - middleX, y - middleY);
                turned[x, y] = Sample(middleX + (dx * cos) + (dy * sin), middleY - (dx * sin) + (dy * cos));
            }
        }

        return turned;
    }

    /// <summary>With grey noise of at most <paramref name="strength"/>, always the same for a seed.</summary>
    public Raster AddNoise(int strength, int seed = 1)
    {
        var noisy = new Raster(width, height);
#pragma warning disable CA5394 // The noise must be the same in every run.
        var random = new Random(seed);
        for (var i = 0; i < Pixels.Length; i++)
        {
            noisy.Pixels[i] = (byte)Math.Clamp(Pixels[i] + random.Next(-strength, strength + 1), 0, 255);
        }
#pragma warning restore CA5394

        return noisy;
    }

    private byte Sample(double x, double y)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1)
        {
            return 255;
        }

        var (fx, fy) = (x - left, y - top);
        var upper = (this[left, top] * (1 - fx)) + (this[left + 1, top] * fx);
        var lower = (this[left, top + 1] * (1 - fx)) + (this[left + 1, top + 1] * fx);
        return (byte)Math.Round((upper * (1 - fy)) + (lower * fy));
    }
}
