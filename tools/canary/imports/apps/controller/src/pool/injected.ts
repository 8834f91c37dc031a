// refused: nest-only-in-the-doors
import { Injectable } from '@nestjs/common';
export const injected = Injectable;
