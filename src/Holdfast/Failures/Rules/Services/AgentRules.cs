namespace Holdfast.Failures;

/// <summary>Coding agents and model APIs: limits of turns and tokens, contexts, models, agents' own reports.</summary>
internal static class AgentRules
{
    internal const string Text = """
        agent.max_turns incomplete 88
        : reached max turns
        : max session turns
        : maximum number of turns
        : max turns reached|exceeded
        : error_max_turns
        : maximum turns
        : maximum iterations reached
        : step limit reached
        : loop detected
        : turn limit
        : fatalturnlimitederror
        : budget reached|exhausted ... stopping
        : messageoutputlengtherror
        : error_max_budget_usd
        : reached maximum iteration|iterations|turn|steps
        : cost limit ... exceeded|reached
        : limitsexceeded ... limit
        > allow more turns, or go on in the same session
        + Error: Reached max turns (1)
        + Reached max session turns for this session. Increase the number of turns
        + RuntimeError: Agent reached maximum iteration. Current iteration: 100, max iteration: 100
        - max_turns: 40

        agent.max_tokens incomplete 88
        : reason max_output_tokens|length|max_tokens
        : incomplete response returned
        : output token limit
        : hit the max tokens|max_tokens|token limit
        : maximum output tokens
        : response was truncated
        : exceeded the # output token maximum
        : without a finish reason
        ! content_filter
        > raise the limit of output tokens, or go on in the same session
        + ERROR: Incomplete response returned, reason: max_output_tokens
        + [ERROR] Model stream ended without a finish reason.
        - max_tokens: 4096

        agent.interrupted cancelled 84
        : ^ turn interrupted
        : interrupted by user
        : aborted by user
        : cancelled by user
        : canceled by user
        : user interrupted
        : user cancelled|canceled|aborted
        : ^ keyboardinterrupt
        : keyboardinterrupt $
        : due to user request
        : operation was canceled|cancelled by
        : received sigterm|sigint
        : caught signal 15|2
        : ^ interrupted $
        : got signal interrupt
        : request was aborted
        : the run was canceled|cancelled
        ! postgres statement
        + turn interrupted
        + ERROR:  canceling statement due to user request
        - press ctrl-c to interrupt

        agent.context invalid_input 90
        : maximum context length
        : context length exceeded
        : context_length_exceeded
        : context the overflows
        : loaded with context length of
        : context window
        : prompt is too long
        : prompt too long
        : input is too long
        : input length and ... exceed
        : exceeds the ... context
        : too many input tokens
        : request too large
        : request_too_large
        : exceeds the maximum size
        : exceeds the maximum number of tokens
        : token count exceeds
        : ran out of room in the model's context
        ! compacted successfully
        > shorten the input, or start with less context
        + Error: This model's maximum context length is 128000 tokens. However, your messages resulted in 153021 tokens.
        + Prompt is too long · the request is ~213462 tokens (limit 200000)
        - context: 128000 tokens

        agent.parameter invalid_input 82
        : unsupported parameter
        : unsupported_parameter
        : unsupported value
        : unknown parameter
        : unknown_parameter
        : invalid_request_error
        : invalid request
        : invalid_argument
        : invalid argument
        : missing required parameter
        : extra inputs are not permitted
        : image ... could not be processed
        : is not supported with this model
        : does not support ... tool|tools|image|images
        : badrequesterror
        ! api key
        ! api_key
        ! model_not_found
        ! does not exist
        ! expected type
        ! *Error invalid argument
        ! invalid argument $
        + Unsupported parameter: 'max_tokens' is not supported with this model.
        + {"error":{"type":"invalid_request_error","message":"messages: field required"}}
        - parameter max_tokens set to 4096
        - sync: error syncing '/mnt/x': Invalid argument

        agent.model not_found 90
        : model ... does not exist
        : model_not_found
        : model not found
        : unknown model
        : model ... not found
        : no such model
        : model ... is not available
        : model ... not supported when using
        : invalid model
        : providermodelnotfounderror
        : not a valid model
        : model ... has been deprecated|retired
        ! metadata for
        ! view
        ! migrate
        > name a model that this account may use
        + ERROR: The model `gpt-9-codex` does not exist or you do not have access to it.
        + code: 'model_not_found',
        - warning: Model metadata for `gpt-5.1` not found. Defaulting to fallback metadata

        agent.session not_found 76
        : session not found
        : no conversation found
        : no such session
        : no session found
        : conversation ... not found
        : thread ... not found
        + Error: Session not found
        + No conversation found with session ID: 7a0b
        - session found in cache
        """;
}
