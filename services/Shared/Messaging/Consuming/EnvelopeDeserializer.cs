using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// Reads messages bare, and in the envelope that MassTransit's clients send by default, whatever their content type says. MassTransit's own
/// reader of envelopes would skip them: it knows a message by the .NET namespace of its type.
/// </summary>
/// <param name="contentType">The content type that it is used for.</param>
/// <param name="bare">Reads a message without an envelope.</param>
internal sealed class EnvelopeDeserializer(ContentType contentType, IMessageDeserializer bare) : IMessageDeserializer
{
    public ContentType ContentType => contentType;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) => new BodyConsumeContext(
        receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => bare.Deserialize(
        MessageJson.FindInEnvelope(body.GetBytes()) is { } message ? new BytesMessageBody(message) : body, headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => bare.GetMessageBody(text);

    public void Probe(ProbeContext context) => bare.Probe(context);
}

/// <summary>Adds it to a bus.</summary>
/// <param name="contentType">The content type that it is used for.</param>
/// <param name="bare">Creates what reads a message without an envelope.</param>
internal sealed class EnvelopeDeserializerFactory(ContentType contentType, ISerializerFactory bare) : ISerializerFactory
{
    public ContentType ContentType => contentType;

    public IMessageDeserializer CreateDeserializer() => new EnvelopeDeserializer(contentType, bare.CreateDeserializer());

    public IMessageSerializer CreateSerializer() => throw new NotSupportedException("Messages are sent without an envelope.");
}
