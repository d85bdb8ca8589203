using OfflineActions.Contracts;

namespace OfflineActions.Tests.Echo;

/// <summary>A document asks for an echo: <c>"action": "echo_request"</c>.</summary>
public sealed record EchoRequested : ActionRequested;
