using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Dev.Comparison;
using OfflineActions.Tests.Pictures;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Benchmarks.Pictures;

/// <summary>
/// Measures reading pictures: how many a worker reads in a minute, what becomes of its memory, and how many letters are wrong. It needs
/// rabbitmq-server and Tesseract.
/// </summary>
internal static class ImageTextBenchmark
{
    private const int Reports = 10;

    /// <summary>How many pictures wait at most, so that the emulated Sync Gateway holds only some of them.</summary>
    private const int InFlight = 16;

    /// <returns>Whether there is such a part.</returns>
    public static async Task<bool> RunAsync(string[] parts)
    {
        var number = 100;
        if (parts is not [] && !(parts is [var text] && int.TryParse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number)))
        {
            return false;
        }

        await ErrorRates.PrintAsync();
        TurnPhoto();
        await MeasureSpeedAsync(number);
        return true;
    }

    /// <summary>What it costs to turn the photo of a telephone: 12 million pixels in colour.</summary>
    private static void TurnPhoto()
    {
        var photo = new Raster(4_000, 3_000).AddNoise(60).ToJpeg(orientation: 6, isColoured: true);
        var header = PictureHeader.Read(PictureFormat.Jpeg, photo)!;
        UprightJpeg.Turn(photo, header, CancellationToken.None);
        var (watch, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(precise: true));
        UprightJpeg.Turn(photo, header, CancellationToken.None);
        var (time, bytes) = (watch.ElapsedMilliseconds, GC.GetTotalAllocatedBytes(precise: true) - before);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nA photo of 4,000 x 3,000 pixels and {photo.Length / 1e6:F1} MB is turned in {time} ms, with {bytes / 1e6:F0} MB of memory."));
    }

    private static async Task MeasureSpeedAsync(int number)
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Broker = broker });
        var worker = system.Workers[0].ProcessId;
        var request = Request(ErrorRates.Page().ToJpeg());
        Console.WriteLine();
        Console.WriteLine($"{number:N0} pictures of a page with {ErrorRates.PageText.Length} letters, on {Environment.ProcessorCount} processors:");
        Console.WriteLine($"  {"pictures",10} {"a minute",10} {"a minute a core",16} {"worker, MB",12}");

        // The first ones start Tesseract's files in the cache, and the worker's code.
        await ReadAsync(system, request, 0, Environment.ProcessorCount * 2);
        var (watch, before) = (Stopwatch.StartNew(), ProcessUsage.ProcessorTime(worker));
        for (var report = 1; report <= Reports; report++)
        {
            await ReadAsync(system, request, report, number / Reports);
            var (done, seconds) = (report * (number / Reports), watch.Elapsed.TotalSeconds);
            var used = ProcessUsage.ProcessorTime(worker) - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {done,10:N0} {done / seconds * 60,10:N0} {done / used.TotalSeconds * 60,16:N0} {ReadResident(worker) / 1e6,12:N0}"));
        }
    }

    private static async Task ReadAsync(PipelineSystem system, string request, int round, int count)
    {
        string[] ids = [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{round}-{i}"))];
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (id, _) =>
        {
            await system.Database.PutAsync(id, request);
            await WaitAsync(system, id);
        });
        foreach (var id in ids)
        {
            await system.Database.DeleteAsync(id, (string)(await system.Database.GetAsync(id))["_rev"]!);
        }
    }

    private static async Task WaitAsync(PipelineSystem system, string id)
    {
        while (true)
        {
            switch ((string?)(await system.Database.GetAsync(id))["action"])
            {
                case "image_text_success":
                    return;
                case "image_text_failure":
                    throw new InvalidOperationException((await system.Database.GetAsync(id)).ToJsonString());
                default:
                    await Task.Delay(50);
                    break;
            }
        }
    }

    private static string Request(byte[] content) => new JsonObject
    {
        ["action"] = "image_text_request",
        ["languages"] = new JsonArray("eng"),
        ["_attachments"] = new JsonObject
        {
            ["page.jpg"] = new JsonObject { ["content_type"] = "image/jpeg", ["data"] = Convert.ToBase64String(content) },
        },
    }.ToJsonString();

    private static long ReadResident(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.WorkingSet64;
    }
}
