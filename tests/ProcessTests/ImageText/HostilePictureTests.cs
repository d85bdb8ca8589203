using CsCheck;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Pictures in which bytes were changed, through everything that looks at them.</summary>
public sealed class HostilePictureTests
{
    [Test]
    public async Task They_end_in_a_text_or_in_a_failure_with_a_code([Values] PictureFormat format)
    {
        var content = Drawn.Picture(format, text: "Words");
        await Gen.Select(Gen.Int[12, content.Length - 1], Gen.Byte).Array[1, 8].SampleAsync(
            async changes =>
            {
                var changed = content.ToArray();
                foreach (var (at, value) in changes)
                {
                    changed[at] = value;
                }

                var result = await PictureRequest.PerformAsync(changed);
                return result switch
                {
                    ActionResult.PermanentFailure failure => ImageTextFailures.Codes.Contains(failure.Code),
                    // A changed size may need more memory than allowed.
                    ActionResult.TransientFailure failure => ImageTextFailures.Codes.Contains(failure.Code),
                    _ => result is ActionResult.Succeeded,
                };
            },
            iter: 12);
    }
}
