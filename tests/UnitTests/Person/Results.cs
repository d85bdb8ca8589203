using System.Text.Json.Nodes;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Person;

/// <summary>Asserts and reads the results of actions.</summary>
internal static class Results
{
    /// <summary>The person of a success. Any other result fails the test.</summary>
    public static JsonNode Person(this ActionResult result)
    {
        Assert.That(result, Is.InstanceOf<ActionResult.Succeeded>());
        return ((ActionResult.Succeeded)result).Properties["person"]!;
    }

    public static ActionResult.TransientFailure Unavailable(this ActionResult result)
    {
        Assert.That(result, Is.InstanceOf<ActionResult.TransientFailure>());
        return (ActionResult.TransientFailure)result;
    }
}
