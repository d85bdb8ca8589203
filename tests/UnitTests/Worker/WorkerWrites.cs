using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;

namespace OfflineActions.Tests.Worker;

/// <summary>
/// The revisions of one document that workers wrote, each with the revision before it. They hold results, failures, and the requests of
/// chains.
/// </summary>
internal sealed class WorkerWrites(ActionCatalog catalog)
{
    private readonly Dictionary<string, Step> steps = [];
    private JsonObject? newest;

    /// <summary>Whether the app has replaced the worker's note about a chain, so that late messages may perform a later request.</summary>
    public bool HasForgedNote { get; set; }

    /// <summary>Reads a revision that the app wrote.</summary>
    public void Read(JsonObject document) => newest = document;

    /// <summary>Reads the newest revision after a delivery of the message of <paramref name="message"/>.</summary>
    /// <returns>Whether a worker wrote a result, a failure or a request during this delivery.</returns>
    public bool Add(string message, JsonObject document)
    {
        var revision = (string)document["_rev"]!;
        if (revision == (string)newest!["_rev"]!)
        {
            return false;
        }

        steps.Add(revision, new Step(message, newest, document));
        var isNote = IsNote(steps[revision]);
        newest = document;
        return !isNote;
    }

    /// <summary>Checks that these revisions, the newest first, are what follows from the revision before each.</summary>
    public void Check(string[] revisions)
    {
        Assert.That(revisions, Is.SubsetOf(steps.Keys), "Each delivery writes at most one revision.");
        foreach (var (message, before, after) in revisions.Select(revision => steps[revision]))
        {
            if (IsNote(steps[(string)after["_rev"]!]))
            {
                Assert.That(Without(after), Is.EqualTo(Without(before)), "A note changes nothing else.");
                continue;
            }

            var what = $"{before.ToJsonString()} became {after.ToJsonString()}";
            Assert.That(HasNote(after), Is.False, what);
            var states = catalog.FindByRequest((string)before["action"]!)?.States;
            Assert.That(states, Is.Not.Null, what);
            var then = before["then"] as JsonArray;
            if ((string)after["action"]! == states!.Failure)
            {
                Assert.That(after["then"]?.ToJsonString(), Is.EqualTo(before["then"]?.ToJsonString()), what);
                continue;
            }

            Assert.That((string)after["action"]!, Is.EqualTo((string?)then?.FirstOrDefault() ?? states.Success), what);
            Assert.That(
                (after["then"] as JsonArray)?.Select(each => (string)each!) ?? [], Is.EqualTo((then ?? []).Skip(1).Select(each => (string)each!)), what);
            Assert.That((string?)after[states.Name]?["of"], Is.EqualTo(message), what);
            if (!HasForgedNote && (string?)before["chain"]?["after"] is { } answered)
            {
                Assert.That(Generation(message), Is.GreaterThan(Generation(answered)), $"A message of an earlier request: {what}");
            }
        }
    }

    /// <summary>Whether a worker only said that it tries again.</summary>
    private static bool IsNote(Step step) =>
        (string)step.After["action"]! == (string)step.Before["action"]! && HasNote(step.After)
        && step.After["chain"]?.ToJsonString() == step.Before["chain"]?.ToJsonString();

    private static bool HasNote(JsonObject document) => document["progress"] is JsonObject progress && progress.ContainsKey("nextAttemptAt");

    private static string Without(JsonObject document)
    {
        var rest = document.DeepClone().AsObject();
        rest.Remove("progress");
        rest.Remove("_rev");
        return rest.ToJsonString();
    }

    private static int Generation(string revision) => int.Parse(revision.Split('-')[0], CultureInfo.InvariantCulture);

    private sealed record Step(string Message, JsonObject Before, JsonObject After);
}
