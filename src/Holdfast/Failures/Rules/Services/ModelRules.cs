namespace Holdfast.Failures;

/// <summary>
/// Providers of models and the programs that call them, by their documented error types: OpenAI, Anthropic, Google,
/// Azure, Bedrock, Mistral, Groq, OpenRouter, DeepSeek, Cohere, xAI, Ollama, vLLM, llama.cpp, LiteLLM.
/// </summary>
internal static class ModelRules
{
    internal const string Text = """
        model.rate rate_limited 88
        : rate_limit_error|rate_limit_exceeded|rate_limited|ratelimiterror|requests_limit|tokens_limit
        : overloaded_error
        : anthropic's api is temporarily overloaded
        : rate limited upstream
        : requests per min|minute
        : tokens per min|minute
        : request reached max organization concurrency|rpm|tpm
        : limit rpm|tpm
        : too many concurrent requests
        : concurrency limit
        : capacity exceeded for this model
        : tier capacity exceeded
        : capacity_exceeded
        : service_tier_capacity_exceeded
        : on demand throughput
        : call rate limit of your current
        : exceeded token rate limit
        : exceeded call rate limit
        : requests to the ... have exceeded
        : too many tokens please wait
        : # api calls minute
        : number of concurrent connections has exceeded
        : rate limit exceeded free models per min
        : number of request tokens has exceeded
        : your requests are too frequent
        ! per day
        ! on tokens per day
        ! isn't supported
        ! aren't supported
        + Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o on requests per min (RPM)'}}
        + 429 - Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current tier
        - rate limits doubled for your tier

        model.quota quota_exhausted 92
        : insufficient_quota|insufficient_credits|insufficient_balance|billing_not_active|billing_hard_limit_reached
        : exceeded_current_quota_error|quota_exceeded|credit_limit|out_of_credits
        : usage_limit_reached|usage_limit_exceeded
        : billing_error
        : payment_required
        : credit balance is too low
        : insufficient balance
        : insufficient credits
        : insufficient account balance
        : this request requires more credits
        : can only afford
        : key limit exceeded
        : key ... total|daily|monthly limit
        : used all available credits
        : spending limit
        : spend limit
        : budget has been exceeded
        : exceededbudget
        : budgetexceedederror
        : max budget
        : free models per day
        : free tier of the model has been exhausted
        : free quota
        : usage cap
        : you've reached your ... limit
        : you've hit your ... limit
        : you have reached your ... limit
        : you have exceeded your ... quota|limit|credits
        : exceeded your monthly|daily included credits
        : limit reached ... resets
        : limit will reset
        : premium request|requests
        : exceeded your ... allowance
        : upgrade to pro|plus|max
        : per day ... quota
        : requests per day
        : *BYDAY
        : # api calls month
        : out of credits
        : doesn't have any credits
        : any credits or licenses
        : tokens per day
        : subscription ... expired|inactive|required
        : arrears
        : account is not active
        : account ... suspended ... balance
        : no resource package
        : credits|balance|prepayment is|are|were|been depleted|exhausted
        ! pull rate limit
        ! per minute
        ! disk
        ! memory
        ! rate limit reached ... per min
        ! ^ rate limit reached
        > add credit, wait for the reset, or name a fallback
        + litellm.BudgetExceededError: Budget has been exceeded! Current cost: 10.2, Max budget: 10.0
        + This request requires more credits, or fewer max_tokens. You requested up to 32000, but can only afford 120.
        + Your prepayment credits are depleted. Please manage your project and billing.
        - credits: 12 left

        model.auth auth 90
        : authentication_error|invalid_api_key|invalid_authentication|invalid_authentication_error|permission_error
        : incorrect_api_key|api_key_invalid|missing_api_key|access_terminated_error|account_deactivated
        : incorrect api key provided
        : invalid api key
        : invalid x api key
        : no auth credentials found
        : no cookie auth
        : no api key provided|found|set|configured
        : you didn't provide an api key
        : api key is missing|required|invalid|expired|disabled
        : api_key must be set
        : api key must be set
        : api key has been disabled|revoked|expired|reported
        : invalid subscription key
        : oauth token ... expired|revoked|invalid
        : oauth authentication
        : token refresh failed
        : refresh token ... expired|invalid|used|revoked|already
        : failed to refresh token
        : access token could not be refreshed
        : run ... login
        : please sign in
        : sign in again
        : log out and sign in
        : must be a member of an organization
        : organization must be verified
        : organization has been restricted|disabled
        : has not been used in project
        : enable it by visiting
        : reauthenticate
        : session has ended|expired
        : login expired
        : set an auth method
        : unregistered callers
        : are blocked $
        : credential is only authorized
        : authentication fails
        : token seems invalid
        : you don't have access to the model with the specified model id
        : does not have access to claude
        : missing scopes
        : insufficient permissions for this operation
        : mistral_api_key|anthropic_api_key|openai_api_key|google_api_key|gemini_api_key ... not|missing|set|required
        : api key env ... not set
        : env var ... api key
        : no provider configured
        : no credentials found for
        : credential ... not configured
        : invalid_grant
        ! docker
        ! npm
        ! terraform
        > set or renew the key of the provider
        + {"error":{"message":"No auth credentials found","code":401}}
        + Your access token could not be refreshed because your refresh token was already used.
        - api key loaded

        model.context invalid_input 91
        : context_length_exceeded|context_window_exceeded|request_too_large|string_above_max_length
        : model_context_window_exceeded
        : maximum context length
        : context length|limit|window exceeded|reached|full
        : exceeds|exceeded ... context length|limit|window
        : context size exceeded
        : context length|limit|window exceeds|exceed limits|limit|the
        : prompt has # tokens|token
        : exceeds ... context window|length|size
        : exceed ... context window|length|limit|size
        : exceed_context_size_error
        : exceeds the model's maximum context
        : contextwindowexceedederror
        : prompt is too long
        : prompt too long
        : prompt contains ... too large
        : input is too long for requested model
        : input token count ... exceeds
        : input tokens exceed|exceeds
        : too many tokens in|for
        : too large for model
        : longer than the maximum model length
        : reduce the length of the messages|input|prompt
        : max_tokens ... is too large|must
        : conversation is too long
        : ran out of room in the model's context
        : image exceeds|dimensions
        : string too long
        : maximum allowed number of output tokens
        : image ... too large
        ! compacted
        ! please wait
        > shorten the input, or start with less context
        + ValueError: The decoder prompt (length 9000) is longer than the maximum model length of 8192.
        + Prompt has 49202 tokens, but the configured context size is 49152 tokens
        + the request exceeds the available context size, try increasing it (exceed_context_size_error)
        - context window: 200000

        model.parameter invalid_input 82
        : invalid_request_error|invalid_parameter_error|unsupported_parameter|unsupported_value|invalid_value
        : invalid_function_parameters|invalid_type|integer_below_min_value|integer_above_max_value
        : missing_required_parameter
        : failed_precondition
        : not supported with the ... model
        : is not supported for this model
        : does not support tools|images|vision|function|thinking|streaming|parameters|developer
        : do not support
        : tool_use ... without tool_result
        : tool use ... without tool result
        : tool_use ids were found without
        : no tool output found
        : function response turn
        : function call turn
        : must be followed by tool messages
        : could not process image
        : is not specified $
        : throughput isn't supported
        : both be specified
        : input_schema
        : expected object|string|number|array|boolean received
        : unrecognized key|keys
        : unexpected role
        : roles must alternate
        : messages ... must
        : final assistant content cannot end with
        : text content blocks must be non empty
        : invalid schema for function|response_format
        : extra inputs are not permitted
        : unsupportedparamserror
        : input should be a valid
        ! api key
        ! api_key
        ! model_not_found
        ! does not exist
        ! authentication
        ! credit balance
        ! usage limits
        ! unauthorized
        ! quota
        + Error code: 400 - {'error': {'message': "Invalid schema for function 'f'"}}
        + registry.ollama.ai/library/gemma:2b does not support tools
        - max_tokens set

        model.missing not_found 91
        : model_not_found|not_found_error ... model|deploymentnotfound|model_not_available|invalid_model
        : model ... does not exist
        : model ... not found
        : no such model
        : no endpoints found
        : no allowed providers
        : is not a valid model
        : invalid model name|id|identifier
        : unknown model
        : unknown provider
        : the provided model identifier is invalid
        : api deployment for this resource does not exist
        : model ... has been deprecated|retired|decommissioned|removed|discontinued
        : model_decommissioned
        : model ... is not available|found
        : model _ is not supported
        : not found for api version
        : llm provider not provided
        : model is not loaded
        : modelnotfounderror|providermodelnotfounderror|providernotfounderror
        : this end of life
        ! metadata for
        ! view
        ! migrate
        ! gateway
        > name a model that this account may use
        + {"error":"model 'llama9' not found, try pulling it first"}
        + code: 404, message: models/gemini-9 is not found for API version v1beta
        - model found in cache

        model.policy policy_denied 90
        : content_filter|content_policy_violation|contentpolicyviolationerror|responsibleaipolicyviolation
        : invalid_prompt|prohibited_content|moderation_blocked|image_content_policy_violation|sensitive_words_detected
        : content management policy
        : content filtering policy
        : response was filtered
        : flagged by moderation|our
        : requires moderation
        : moderation ... flagged
        : your input was flagged
        : has been flagged
        : rejected permission
        : user rejected
        : auto rejecting
        : specified a rule which prevents
        : prevents you from using
        : denied by policy
        : violation of our policies
        : appears to violate
        : cannot be used with root
        : chosen ... violates
        : guardrail ... intervened|blocked
        : guardrail_intervened
        : blockedpromptexception|stopcandidateexception
        : blocked due to|reason safety|prohibited_content|recitation|blocklist
        : finishreason safety|recitation|prohibited_content|blocklist
        : finish_reason safety|recitation|prohibited_content|blocklist
        : finish_reason is safety|recitation|prohibited_content|blocklist
        : finish reason is safety|recitation|prohibited_content|blocklist
        : stop_reason refusal
        : refusal ... policy
        : inappropriate content
        : data policy
        : data_inspection_failed
        > rephrase the request, or ask the provider
        + Error: 400 The response was filtered due to the prompt triggering Azure OpenAI's content management policy.
        + google.generativeai.types.BlockedPromptException: blocked due to SAFETY
        - policy loaded

        model.runner crash 85
        : runner process has terminated
        : runner process no longer running
        : engine core initialization failed
        : engine process failed to start
        ! error loading model
        > see what the runner itself logged
        + Error: llama runner process has terminated: exit status 2
        + RuntimeError: Engine core initialization failed. See root cause above.
        - the runner process has started

        model.unreadable invalid_input 85
        : terminated error loading model
        : error loading model vocabulary|architecture|hyperparameters
        + Error: llama runner process has terminated: error loading model: missing tensor 'output.weight'
        + llama_model_load: error loading model vocabulary: no tokenizer merges
        - loading model

        model.down unavailable 84
        : api_error internal server
        : engine_overloaded_error|server_error|internal_server_error|service_unavailable|bad_gateway
        : is currently overloaded
        : model is overloaded
        : model ... currently loading
        : loading model
        : model is loading
        : model is at capacity
        : model too busy
        : not ready for inference
        : an internal error has occurred
        : over capacity
        : currently experiencing high demand
        : provider returned error
        : upstream error
        : upstream provider
        : no instances available
        : internalservererror|serviceunavailableerror|apistatuserror
        : overloaded please try again
        : the server had an error while processing
        : temporarily overloaded
        : model runner has unexpectedly stopped
        : an error occurred while processing your request
        ! overloaded_error
        ! anthropic's
        ! rate limited
        ! 429
        + openai.InternalServerError: Error code: 500 - {'message': 'The server had an error while processing'}
        + {"error":{"message":"Loading model","type":"unavailable_error","code":503}}
        - loaded model in 3 s
        """;
}
