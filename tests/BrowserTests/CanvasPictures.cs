using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Pictures that the tests draw, by the canvas of a page.</summary>
internal static class CanvasPictures
{
    /// <summary>The APP1 segment of a JPEG whose EXIF orientation is 6: it has to be turned by 90 degrees.</summary>
    private static readonly byte[] TurnedSegment =
    [
        0xFF, 0xE1, 0x00, 0x22, .. "Exif\0\0MM\0*"u8, 0x00, 0x00, 0x00, 0x08, 0x00, 0x01,
        0x01, 0x12, 0x00, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    ];

    /// <summary>A picture in one colour, with a text in a common font.</summary>
    /// <param name="page">The page whose canvas draws.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="type">The media type.</param>
    /// <param name="lines">Lines of text, black on white.</param>
    public static async Task<byte[]> DrawAsync(IPage page, int width, int height, string type = "image/png", params string[] lines) =>
        Convert.FromBase64String(await page.EvaluateAsync<string>(
            """
            ({ width, height, type, lines }) => {
                const canvas = Object.assign(document.createElement('canvas'), { width, height });
                const context = canvas.getContext('2d');
                context.fillStyle = lines.length ? '#fff' : '#2a7';
                context.fillRect(0, 0, width, height);
                context.fillStyle = '#000';
                context.font = '40px "DejaVu Sans", "Liberation Sans", sans-serif';
                lines.forEach((line, index) => context.fillText(line, 60, 100 + 70 * index));
                return canvas.toDataURL(type).split(',')[1];
            }
            """,
            new { width, height, type, lines }));

    /// <summary>A JPEG of random pixels, which no compression makes small.</summary>
    public static async Task<byte[]> DrawNoiseAsync(IPage page, int side) => Convert.FromBase64String(await page.EvaluateAsync<string>(
        """
        side => {
            const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
            const context = canvas.getContext('2d');
            const pixels = context.createImageData(side, side);
            for (let at = 0; at < pixels.data.length; at += 65536) {
                crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
            }
            context.putImageData(pixels, 0, 0);
            return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
        }
        """,
        side));

    /// <summary>The PNG with a header that claims another size: a small file for which a browser would need gigabytes.</summary>
    public static byte[] Claim(byte[] png, int side)
    {
        byte[] claiming = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(claiming.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(claiming.AsSpan(20), side);
        BinaryPrimitives.WriteUInt32BigEndian(claiming.AsSpan(29), Crc32.HashToUInt32(claiming.AsSpan(12, 17)));
        return claiming;
    }

    /// <summary>The JPEG as a camera stores it that was held upright: lying, with a note that it has to be turned.</summary>
    public static byte[] Turn(byte[] jpeg) => [.. jpeg[..2], .. TurnedSegment, .. jpeg[2..]];

    public static FilePayload File(string name, byte[] content, string type = "image/png") => new() { Name = name, MimeType = type, Buffer = content };
}
