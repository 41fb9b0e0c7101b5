/** An error that the lab's AWS answers with. `code` is the service's own code, as the SDK puts it into `error.name`. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** Each service's own words for the failures that every service has. */
export interface ErrorWords {
  readonly denied: ErrorWord;
  readonly throttled: ErrorWord;
  readonly internal: ErrorWord;
  readonly unavailable: ErrorWord;
  /** An operation the service does not have. */
  readonly unknownOperation: ErrorWord;
  /** Credentials that are not valid here: an unknown key, or a Region that is switched off. */
  readonly invalidCredentials: ErrorWord;
  /** A page token that the service did not give out. */
  readonly invalidToken: ErrorWord;
  readonly invalidParameter: ErrorWord;
}

interface ErrorWord {
  readonly code: string;
  readonly status: number;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
export const ec2Errors: ErrorWords = {
  denied: { code: "UnauthorizedOperation", status: 403 },
  throttled: { code: "RequestLimitExceeded", status: 503 },
  internal: { code: "InternalError", status: 500 },
  unavailable: { code: "Unavailable", status: 503 },
  unknownOperation: { code: "InvalidAction", status: 400 },
  invalidCredentials: { code: "AuthFailure", status: 401 },
  invalidToken: { code: "InvalidNextToken", status: 400 },
  invalidParameter: { code: "InvalidParameterValue", status: 400 },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
export const queryErrors: ErrorWords = {
  denied: { code: "AccessDenied", status: 403 },
  throttled: { code: "Throttling", status: 400 },
  internal: { code: "InternalFailure", status: 500 },
  unavailable: { code: "ServiceUnavailable", status: 503 },
  unknownOperation: { code: "InvalidAction", status: 400 },
  invalidCredentials: { code: "InvalidClientTokenId", status: 403 },
  invalidToken: { code: "ValidationError", status: 400 },
  invalidParameter: { code: "ValidationError", status: 400 },
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
export const iamErrors: ErrorWords = {
  ...queryErrors,
  internal: { code: "ServiceFailure", status: 500 },
};

/** https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html */
export const lambdaErrors: ErrorWords = {
  denied: { code: "AccessDeniedException", status: 403 },
  throttled: { code: "TooManyRequestsException", status: 429 },
  internal: { code: "ServiceException", status: 500 },
  unavailable: { code: "ServiceUnavailable", status: 503 },
  unknownOperation: { code: "UnknownOperationException", status: 404 },
  invalidCredentials: { code: "UnrecognizedClientException", status: 403 },
  invalidToken: { code: "InvalidParameterValueException", status: 400 },
  invalidParameter: { code: "InvalidParameterValueException", status: 400 },
};

/** https://docs.aws.amazon.com/network-firewall/latest/APIReference/CommonErrors.html */
export const jsonErrors: ErrorWords = {
  denied: { code: "AccessDeniedException", status: 400 },
  throttled: { code: "ThrottlingException", status: 400 },
  internal: { code: "InternalServerError", status: 500 },
  unavailable: { code: "ServiceUnavailable", status: 503 },
  unknownOperation: { code: "UnknownOperationException", status: 400 },
  invalidCredentials: { code: "UnrecognizedClientException", status: 400 },
  invalidToken: { code: "InvalidRequestException", status: 400 },
  invalidParameter: { code: "InvalidRequestException", status: 400 },
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
export const organizationsErrors: ErrorWords = {
  ...jsonErrors,
  throttled: { code: "TooManyRequestsException", status: 400 },
  internal: { code: "ServiceException", status: 500 },
  invalidToken: { code: "InvalidInputException", status: 400 },
  invalidParameter: { code: "InvalidInputException", status: 400 },
};

/** https://docs.aws.amazon.com/guardduty/latest/APIReference/CommonErrors.html */
export const guardDutyErrors: ErrorWords = {
  denied: { code: "AccessDeniedException", status: 403 },
  throttled: { code: "TooManyRequestsException", status: 429 },
  internal: { code: "InternalServerErrorException", status: 500 },
  unavailable: { code: "ServiceUnavailableException", status: 503 },
  unknownOperation: { code: "UnknownOperationException", status: 404 },
  invalidCredentials: { code: "UnrecognizedClientException", status: 403 },
  invalidToken: { code: "BadRequestException", status: 400 },
  invalidParameter: { code: "BadRequestException", status: 400 },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export const s3Errors: ErrorWords = {
  denied: { code: "AccessDenied", status: 403 },
  throttled: { code: "SlowDown", status: 503 },
  internal: { code: "InternalError", status: 500 },
  unavailable: { code: "ServiceUnavailable", status: 503 },
  unknownOperation: { code: "MethodNotAllowed", status: 405 },
  invalidCredentials: { code: "InvalidAccessKeyId", status: 403 },
  invalidToken: { code: "InvalidArgument", status: 400 },
  invalidParameter: { code: "InvalidArgument", status: 400 },
};

/** An error in the words of a service. */
export function serviceError(word: ErrorWord, message: string, headers?: Readonly<Record<string, string>>): AwsError {
  return new AwsError(word.code, word.status, message, headers);
}
