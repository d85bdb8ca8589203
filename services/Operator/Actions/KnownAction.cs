using System.Text.Json;
using Contracts;

namespace Operator.Actions;

/// <summary>One action, with its messages as bytes.</summary>
internal sealed class KnownAction
{
    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    private readonly Func<RequestReference, byte[]> write;
    private readonly Func<ReadOnlyMemory<byte>, RequestReference?> read;

    private KnownAction(
        ActionStates states,
        ActionQueues queues,
        Func<RequestReference, byte[]> write,
        Func<ReadOnlyMemory<byte>, RequestReference?> read)
    {
        States = states;
        Queues = queues;
        this.write = write;
        this.read = read;
    }

    /// <summary>Every action there is, a line each.</summary>
    public static IReadOnlyList<KnownAction> All { get; } =
    [
        Of(PersonAction.Contract),
    ];

    public ActionStates States { get; }

    public ActionQueues Queues { get; }

    /// <summary>The body of the message for <paramref name="reference"/>.</summary>
    public byte[] Write(RequestReference reference) => write(reference);

    /// <summary>What the message refers to, or null when it is not one of this action's.</summary>
    public RequestReference? Read(ReadOnlyMemory<byte> body) => read(body);

    private static KnownAction Of<TMessage>(ActionContract<TMessage> contract)
        where TMessage : class => new(
        contract.States,
        contract.Queues,
        reference => JsonSerializer.SerializeToUtf8Bytes(contract.Write(reference), Plain),
        body => Parse<TMessage>(body) is { } message ? contract.Read(message) : null);

    private static TMessage? Parse<TMessage>(ReadOnlyMemory<byte> body)
        where TMessage : class
    {
        try
        {
            return JsonSerializer.Deserialize<TMessage>(body.Span, Plain);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
