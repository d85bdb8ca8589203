using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Benchmarks.Pictures;

/// <summary>How many letters are wrong in pictures that are drawn here: in several fonts and sizes, turned, with noise, in two languages.</summary>
internal static class ErrorRates
{
    /// <summary>What the pictures for the speed say.</summary>
    public const string PageText =
        "Sync Gateway sends each webhook once, in no order,\nand ignores the answer. Written by hand, this takes\n"
        + "a webhook receiver, a queue, retries, dead letters,\nconflict handling, and a way to find what a webhook,\n"
        + "a queue or a crash has lost. All of that is here.\nInvoice 2026-0417: 1,250.00 EUR, due on 14 May.";

    private const string German =
        "Die App schreibt einen Wunsch in ein Dokument,\nauch ohne Netz. Größere Äpfel schmecken süß.\nRechnung 0417: 1.250,00 € bis zum 14. Mai.";

    private static readonly string[] Fonts =
        ["DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "LiberationSans-Regular", "LiberationSerif-Regular", "LiberationSerif-Italic"];

    /// <summary>A picture of <see cref="PageText"/>.</summary>
    public static Raster Page() => Font.Get().Draw(PageText, size: 36);

    /// <summary>Prints the share of wrong letters of each kind of picture.</summary>
    public static async Task PrintAsync()
    {
        Console.WriteLine("Letters that are wrong, of 100 (edits from the text that was drawn to the text that was read):");
        foreach (var (language, text) in new[] { ("eng", PageText), ("deu", German) })
        {
            foreach (var font in Fonts)
            {
                await PrintAsync($"{language}, {font}, 36 pixels", text, language, font, 36, raster => raster);
            }

            foreach (var size in new[] { 14, 18, 24, 48, 72 })
            {
                await PrintAsync($"{language}, {size} pixels", text, language, Fonts[0], size, raster => raster);
            }

            foreach (var degrees in new[] { 1, 3, -5, 10 })
            {
                await PrintAsync($"{language}, turned by {degrees} degrees", text, language, Fonts[0], 36, raster => raster.Rotate(degrees));
            }

            foreach (var noise in new[] { 30, 80, 140 })
            {
                await PrintAsync($"{language}, noise of {noise} of 255", text, language, Fonts[0], 36, raster => raster.AddNoise(noise));
            }
        }
    }

    private static async Task PrintAsync(string what, string text, string language, string font, int size, Func<Raster, Raster> change)
    {
        var picture = change(Font.Get(font).Draw(text, size)).ToPng();
        var result = await PictureRequest.PerformAsync(picture, new JsonObject { ["languages"] = new JsonArray(language) });
        var read = result is ActionResult.Succeeded { Properties: var properties } ? (string)properties["text"]!["content"]! : "";
        var rate = 100.0 * Distance(Plain(text), Plain(read)) / Plain(text).Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-40} {rate,6:F1}"));
    }

    /// <summary>Line breaks and paragraphs are not letters.</summary>
    private static string Plain(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The fewest letters to insert, remove or replace (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var previous = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var current = new int[other.Length + 1];
            current[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var replaced = previous[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[^1];
    }
}
