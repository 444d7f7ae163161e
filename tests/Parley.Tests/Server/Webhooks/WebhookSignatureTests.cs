using System.Text;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

public sealed class WebhookSignatureTests
{
    // The example that the Standard Webhooks specification prints.
    [Fact]
    public void Agrees_with_the_specifications_example()
    {
        var key = WebhookSignature.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var signed = "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign([key], Encoding.UTF8.GetBytes(signed)));
    }

    [Fact]
    public void A_secret_that_is_not_base64_is_taken_as_it_stands() =>
        Assert.Equal("not base64!"u8.ToArray(), WebhookSignature.KeyOf("whsec_not base64!"));
}
