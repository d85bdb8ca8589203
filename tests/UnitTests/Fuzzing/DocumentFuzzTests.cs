using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Fuzzing;

/// <summary>Whatever an app writes into a document that a worker edits. <c>./dev fuzz</c> tries more of it.</summary>
[Category("Fuzz")]
public sealed class DocumentFuzzTests
{
    private static readonly ActionStates States = ActionCatalog.Default.GetByMessage<PersonRequested>().States;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly PendingFailure Failure = new("1-a", new ActionFailure("code", "A \"sentence\".", Retryable: true), 3, Now);
    private static readonly string[] Ours = ["action", "error", "person", "progress", "then", "chain", "requestedAt"];

    [Test]
    public void Any_bytes_are_an_object_or_none() => Fuzz.Try(bytes =>
    {
        var copy = bytes.ToArray();
        var body = RawObject.TryParse(copy);
        if (JsonModel.IsUnicode(bytes))
        {
            using var json = JsonModel.Parse(bytes);
            Fuzz.Check(body is not null == json?.RootElement.ValueKind is JsonValueKind.Object, "an object is one for a plain parser, too");
        }

        if (body is null)
        {
            return;
        }

        var written = body.ToBytes();
        using var unique = JsonModel.Parse(written, allowRepeatedNames: false);
        Fuzz.Check(unique is not null, "what is written is JSON without repeated names");
        ReadTexts(unique!.RootElement);
        Fuzz.Check(RawObject.TryParse([.. written])!.ToBytes().SequenceEqual(written), "reading and writing again changes nothing");
        Fuzz.Check(JsonNode.Parse(written, null, new JsonDocumentOptions { MaxDepth = 600 })!.AsObject().Count == body.ToJsonObject().Count, "as a node");
    });

    [Test]
    public void What_is_not_the_workers_survives_byte_for_byte() => Fuzz.Try(bytes =>
    {
        if (Read(bytes) is not { } document)
        {
            return;
        }

        var before = document.Body.ToBytes();
        if (JsonModel.IsUnicode(bytes) && !document.Body.HadRepeatedNames)
        {
            Survives(bytes, before, DocumentJson.Reserved, "reading");
        }

        var failed = DocumentTransitions.ToFailure(document, States, Failure);
        Survives(before, failed.Body.ToBytes(), Ours, "a failure");
        Fuzz.Check(
            DocumentTransitions.ToFailure(failed, States, Failure).Body.ToBytes().SequenceEqual(failed.Body.ToBytes()), "failing twice is failing once");
        Fuzz.Check(DocumentTransitions.IsFailure(failed, States, Failure), "a failure is one");
        if (Chain.FindFault(document, ActionCatalog.Default) is null)
        {
            var done = DocumentTransitions.ToSuccess(document, States, new JsonObject { ["person"] = new JsonObject { ["name"] = "Leia" } }, Now);
            Survives(before, done.Body.ToBytes(), Ours, "a success");
            Fuzz.Check(done.Action == States.Success || ActionStates.IsRequest(done.Action), "a success, or the next request");
        }

        var note = new ActionResult.TransientFailure("code", "A sentence.");
        if (ProgressNote.Write(document, 2, note, Now) is { } noted)
        {
            Survives(before, noted.Body.ToBytes(), ["progress"], "a note");
            Fuzz.Check(ProgressNote.Write(noted, 2, note, Now) is null, "an attempt is noted once");
            Fuzz.Check(ProgressNote.Remove(noted.Body).Without("progress").ToBytes().SequenceEqual(document.Body.Without("progress").ToBytes()), "unnoted");
        }
    });

    [Test]
    public void Whatever_a_document_says_it_can_be_looked_into() => Fuzz.Try(bytes =>
    {
        if (Read(bytes) is not { } document)
        {
            return;
        }

        var state = DocumentState.From(document);
        _ = DocumentTransitions.IsRequest(document, States, "1-a");
        _ = DocumentTransitions.IsFailure(document, States, Failure);
        _ = DocumentTransitions.ReadError(document, "code");
        _ = Rfc3339.Parse(state.NotBefore);
        _ = Attachment.ReadAll(document.Body[Attachment.Input]);
        _ = DocumentTransitions.SelectInputs(document, ["person", "mine", "_attachments"]).ToJsonString(new() { MaxDepth = 600 });
        Fuzz.Check(state.Action == document.Action && state.Priority == document.Priority, "two readers see the same");
    });

    /// <summary>As the client makes it of an answer.</summary>
    private static Document? Read(byte[] bytes) =>
        RawObject.TryParse([.. bytes]) is { } body ? new Document("d", "3-c", body.Without(DocumentJson.Reserved)) : null;

    private static void Survives(byte[] before, byte[] after, string[] ours, string what)
    {
        var (expected, actual) = (JsonModel.MembersWithout(before, ours), JsonModel.MembersWithout(after, ours));
        Fuzz.Check(expected.SequenceEqual(actual), $"{what} leaves the rest, but {Encoding.UTF8.GetString(before)} became {Encoding.UTF8.GetString(after)}");
    }

    /// <summary>Throws at text that is not Unicode.</summary>
    private static void ReadTexts(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    ReadTexts(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    ReadTexts(item);
                }

                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
        }
    }
}
